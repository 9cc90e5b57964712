# SPDX-License-Identifier: ISC
"""TLS and AUTH at the daemon's door, without a module: real clients, and some that lie."""

import base64
import contextlib
import os
import re
import shutil
import signal
import smtplib
import socket
import ssl
import statistics
import subprocess
import time
import xml.etree.ElementTree

import pytest

import secure
from house import environment, eventually, program
from secure import SecureClient, plain
from test_smtp import HELLO, TO_DATA, Client, make_door, stored  # noqa: F401

MAIL = b"MAIL FROM:<a@example.org>\r\n"


@pytest.fixture
def door(folder, make_door):
    return make_door(smtp=secure.options(folder))


def lax():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def offered(reply):
    return {line[4:].split()[0] for line in reply.split("\n")[1:]}


def test_starttls_is_offered_in_clear_and_auth_inside(door):
    with SecureClient(door.port) as client:
        assert client.reply().startswith("220 ")
        reply = client.ask(HELLO)
        assert "STARTTLS" in offered(reply) and "AUTH" not in offered(reply)
        assert client.ask(b"STARTTLS\r\n").startswith("220 2.0.0 ")
        client.wrap()
        reply = client.ask(HELLO)
        assert "250-AUTH PLAIN LOGIN" in reply or reply.endswith("250 AUTH PLAIN LOGIN")
        assert "STARTTLS" not in offered(reply)
        assert client.ask(b"STARTTLS\r\n")[0] == "5"
        assert client.ask(b"NOOP\r\n") == "250 2.0.0 OK"


def test_local_users_are_offered_neither_and_need_neither(door):
    with Client(door.socket_path) as client:
        client.reply()
        reply = client.ask(HELLO)
        assert not {"STARTTLS", "AUTH"} & offered(reply)
        client.send(TO_DATA)
        assert [client.reply()[:3] for _ in range(3)] == ["250", "250", "354"]


def test_who_is_trusted_needs_neither(folder, make_door):
    door = make_door(smtp=secure.options(folder, trusted="127.0.0.0/8"))
    with Client(door.port) as client:
        client.begin_data()
    with SecureClient(door.port) as client:
        client.secure().send(TO_DATA)
        assert [client.reply()[:3] for _ in range(3)] == ["250", "250", "354"]


def test_nothing_is_relayed_without_auth(door):
    with SecureClient(door.port) as client:
        client.greet()
        assert client.ask(MAIL).startswith("530 5.7.0 ")
        assert client.ask(b"RCPT TO:<b@example.com>\r\n")[0] == "5"
        assert client.ask(b"DATA\r\n")[0] == "5"
    with SecureClient(door.port) as client:
        client.secure()
        assert client.ask(MAIL).startswith("530 5.7.0 ")
        assert client.ask(b"RCPT TO:<b@example.com>\r\n")[0] == "5"
        assert client.ask(b"DATA\r\n")[0] == "5"
        assert client.ask(plain("gw1", "wrong")).startswith("535 5.7.8 ")
        assert client.ask(MAIL).startswith("530 5.7.0 ")
    assert stored(door) == []


@pytest.mark.parametrize("method", ["auth_plain", "auth_login"])
@pytest.mark.parametrize("user", ["gw1", "slow"])
def test_smtplib(door, method, user):
    with smtplib.SMTP("127.0.0.1", door.port, "client.example.org", 30) as client:
        client.starttls(context=lax())
        client.user, client.password = user, "right"
        client.ehlo()
        code, _ = client.auth(method[5:].upper(), getattr(client, method))
        assert code == 235
        client.sendmail("a@example.org", ["b@example.com"], "Subject: x\r\n\r\nhello\r\n")
    (mail,) = stored(door)
    assert mail.content.endswith(b"\r\n\r\nhello\r\n")
    assert b"with ESMTPSA" in mail.content.split(b"\r\n\r\n")[0]
    assert f"authenticated as {user}" in door.log()


@pytest.mark.parametrize("user, password", [
    ("gw1", "wrong"), ("nobody", "right"), ("GW1", "right"), ("gw1", "right "),
])
def test_wrong_name_or_password(door, user, password):
    with smtplib.SMTP("127.0.0.1", door.port, "client.example.org", 30) as client:
        client.starttls(context=lax())
        client.ehlo()
        client.user, client.password = user, password
        with pytest.raises(smtplib.SMTPAuthenticationError) as refused:
            client.auth("PLAIN", client.auth_plain)
        assert refused.value.smtp_code == 535
    assert f"AUTH refused for user {user}" in door.log()


def test_password_reaches_no_log(door):
    secret = "correct-horse-battery"
    with SecureClient(door.port) as client:
        client.greet()
        assert client.ask(plain("gw1", secret))[0] == "5"      # in clear
        assert client.ask(b"STARTTLS\r\n")[:3] == "220"
        client.wrap().ask(HELLO)
        assert client.ask(plain("evil\x1b[2J\u202e", secret))[:3] == "535"
        assert client.ask(b"AUTH LOGIN " + base64.b64encode(b"gw1") + b"\r\n")[:3] == "334"
        assert client.ask(base64.b64encode(secret.encode()) + b"\r\n")[:3] == "535"
    log = door.log()
    assert "AUTH refused for user evil?[2J?:" in log
    assert secret not in log
    assert base64.b64encode(secret.encode()).decode()[:20] not in log
    assert plain("gw1", secret)[11:30].decode() not in log


def test_auth_in_clear_is_refused(door):
    with Client(door.port) as client:
        client.greet()
        assert client.ask(plain("gw1", "right"))[:3] in ("503", "530", "538")
        assert client.ask(b"AUTH LOGIN\r\n")[0] == "5"
        assert client.ask(MAIL).startswith("530 ")
    assert "authenticated" not in door.log()


@pytest.mark.parametrize("version", ["tlsv1_2", "tlsv1_3"])
def test_swaks(door, version):
    done = subprocess.run(
        ["swaks", "--server", f"127.0.0.1:{door.port}", "--from", "a@example.org", "--to",
         "b@example.com", "--tls", "--tls-protocol", version, "--auth", "LOGIN", "--auth-user",
         "gw1", "--auth-password", "right", "--body", "hello"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "~> QUIT" in done.stdout and "<~  221 2.0.0" in done.stdout
    assert len(stored(door)) == 1


def s_client(port, *arguments, said="QUIT\r\n"):
    return subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-starttls", "smtp", *arguments],
        input=said, capture_output=True, text=True, timeout=60, check=False)


def test_openssl_hears_the_last_reply_and_a_goodbye(door):
    done = s_client(door.port, "-quiet", "-crlf", said="QUIT\n")
    assert "221 2.0.0" in done.stdout, done.stdout + done.stderr
    assert "unexpected eof" not in done.stderr


def test_what_is_pipelined_behind_starttls_is_never_run(door):
    """CVE-2011-0411: the part in clear could be anybody's."""
    with SecureClient(door.port) as client:
        client.greet()
        client.send(b"STARTTLS\r\nEHLO evil\r\n" + plain("gw1", "right") + TO_DATA)
        assert client.reply()[:3] == "220"
        client.wrap()
        # The answer to the first command inside is the first that comes.
        assert client.ask(b"NOOP\r\n") == "250 2.0.0 OK"
        assert client.ask(MAIL).startswith("503 5.5.1 ")
        assert client.ask(HELLO).startswith("250-gw1")
    assert "authenticated" not in door.log()


def test_what_comes_in_clear_behind_starttls_ends_it(door):
    with SecureClient(door.port) as client:
        client.greet()
        assert client.ask(b"STARTTLS\r\n")[:3] == "220"
        client.send(HELLO + MAIL)
        with contextlib.suppress(ConnectionResetError):
            assert b"250" not in client.stream.read(1000)
        assert client.is_closed()
    assert "127.0.0.1: TLS was not begun: " in door.log()


def test_starttls_forgets_what_was_said(door):
    with SecureClient(door.port) as client:
        client.secure(hello=False)
        assert client.ask(MAIL).startswith("503 5.5.1 ")


def test_starttls_forgets_a_mail_under_way(folder, make_door):
    door = make_door(smtp=secure.options(folder, trusted="127.0.0.0/8"))
    with SecureClient(door.port) as client:
        client.greet()
        assert client.ask(MAIL)[:3] == "250"
        assert client.ask(b"RCPT TO:<b@example.com>\r\n")[:3] == "250"
        reply = client.ask(b"STARTTLS\r\n")
        if reply.startswith("220"):
            client.wrap().ask(HELLO)
            assert client.ask(b"DATA\r\n").startswith("503 ")
        else:
            assert reply.startswith("503 ")


@pytest.mark.parametrize("count", [0, 5, 5000])
def test_client_that_hangs_up_in_the_handshake(door, count):
    with SecureClient(door.port) as client:
        client.greet()
        client.ask(b"STARTTLS\r\n")
        client.send(b"\x16\x03\x01" * count)
    eventually(lambda: "TLS was not begun" in door.log(), what="a log line")
    with SecureClient(door.port) as client:
        client.secure()


def test_handshake_has_a_deadline(folder, make_door):
    door = make_door(smtp=secure.options(folder, timeout="1s"))
    with SecureClient(door.port) as client:
        client.greet()
        client.ask(b"STARTTLS\r\n")
        begun = time.monotonic()
        for octet in b"\x16\x03\x01\x02\x00":
            client.send(bytes([octet]))
            time.sleep(0.15)
        assert client.is_closed()
        assert 0.5 < time.monotonic() - begun < 10
    assert "TLS was not begun: it took the client too long" in door.log()


def test_a_stop_does_not_wait_for_handshakes_or_passwords(door):
    with SecureClient(door.port) as one, SecureClient(door.port) as other:
        one.greet()
        one.ask(b"STARTTLS\r\n")
        other.secure().send(plain("slow", "right"))
        begun = time.monotonic()
        assert door.stop() == 0
        assert time.monotonic() - begun < 10
        assert other.reply()[:3] in ("235", "421", "454")


def test_large_mail_and_pipelining_inside(door):
    text = b"".join(b"%d " % number + b"x" * 70 + b"\r\n" for number in range(20000))
    with SecureClient(door.port) as client:
        client.secure()
        assert client.ask(plain("gw1", "right"))[:3] == "235"
        client.send(TO_DATA + text + b".\r\n" + TO_DATA + b"small\r\n.\r\nQUIT\r\n")
        codes = []
        while reply := client.reply():
            codes.append(reply[:3])
    assert codes == 2 * ["250", "250", "354", "250"] + ["221"]
    first, second = stored(door)
    assert first.content.endswith(text) and second.content.endswith(b"small\r\n")


def test_replies_that_are_read_late(folder, make_door):
    """More than is held for a client: it is not read from meanwhile, and loses none."""
    door = make_door(smtp=secure.options(folder, trusted="127.0.0.0/8"))
    with SecureClient(door.port) as client:
        client.secure()
        assert client.ask(MAIL)[:3] == "250"
        client.send(b"RCPT TO:<b@example.com>\r\n" * 5000)
        time.sleep(0.5)
        assert [client.reply()[:3] for _ in range(5000)] == 100 * ["250"] + 4900 * ["452"]


# what TLS is

WEAK = [
    ("-tls1_1", "-cipher", "ALL:@SECLEVEL=0"),
    ("-tls1", "-cipher", "ALL:@SECLEVEL=0"),
    ("-tls1_2", "-cipher", "aNULL:@SECLEVEL=0"),
    ("-tls1_2", "-cipher", "eNULL:@SECLEVEL=0"),
    ("-tls1_2", "-cipher", "kRSA:@SECLEVEL=0"),
    ("-tls1_2", "-cipher", "ECDHE+AES128+SHA1:ECDHE+AES128+SHA256:@SECLEVEL=0"),
    ("-tls1_2", "-cipher", "CAMELLIA:ARIA:SEED:IDEA:3DES:RC4:@SECLEVEL=0"),
]


@pytest.mark.parametrize("arguments", WEAK, ids=lambda arguments: " ".join(arguments))
def test_weak_is_refused(door, arguments):
    good = s_client(door.port, "-tls1_2", "-cipher", "ALL:@SECLEVEL=0")
    assert "Cipher is ECDHE-" in good.stdout, good.stdout + good.stderr
    done = s_client(door.port, *arguments)
    assert "Cipher is (NONE)" in done.stdout, done.stdout + done.stderr


def test_renegotiation_is_refused(door):
    process = subprocess.Popen(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{door.port}", "-starttls", "smtp", "-tls1_2"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    process.stdin.write("R\n")
    process.stdin.flush()
    try:
        said = process.communicate(timeout=20)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        said = process.communicate()[0]
    assert "RENEGOTIATING" in said
    assert "no renegotiation" in said, said
    with SecureClient(door.port) as client:
        client.secure()


def test_sessions_are_not_resumed(door, folder):
    """There is nothing to resume them by."""
    for version in ("-tls1_2", "-tls1_3"):
        done = s_client(door.port, version, "-sess_out", os.path.join(folder, "session"))
        assert "New, TLSv1." in done.stdout, done.stdout
        assert "session ticket:" not in done.stdout
    assert not os.path.exists(os.path.join(folder, "session"))


def test_sslscan_finds_nothing_weak(door, folder):
    report = os.path.join(folder, "sslscan.xml")
    subprocess.run(["sslscan", "--starttls-smtp", f"--xml={report}", f"127.0.0.1:{door.port}"],
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=120, check=True)
    found = xml.etree.ElementTree.parse(report).getroot()
    enabled = {(one.get("type"), one.get("version")) for one in found.iter("protocol")
               if one.get("enabled") == "1"}
    assert enabled == {("tls", "1.2"), ("tls", "1.3")}
    ciphers = list(found.iter("cipher"))
    assert len(ciphers) >= 5
    for cipher in ciphers:
        assert re.fullmatch(r"TLS_AES_.*_GCM_.*|TLS_CHACHA20_POLY1305_.*|ECDHE-.*-GCM-.*|"
                            r"ECDHE-.*-CHACHA20-POLY1305", cipher.get("cipher")), cipher.attrib
        assert int(cipher.get("bits")) >= 128 and cipher.get("strength") in ("strong", "acceptable")
    assert all(one.get("supported") == "0" for one in found.iter("compression"))
    assert all(one.get("vulnerable") == "0" for one in found.iter("heartbleed"))
    assert not any(one.get("supported") == "1" and one.get("secure") == "0"
                   for one in found.iter("renegotiation"))


@pytest.mark.parametrize("kind", [("rsa", "rsa_keygen_bits:2048"), ("ed25519", "")],
                         ids=lambda kind: kind[0])
def test_other_keys(folder, make_door, kind):
    smtp = secure.options(folder)
    if kind[0] == "ed25519":
        subprocess.run(["openssl", "req", "-x509", "-nodes", "-newkey", "ed25519", "-keyout",
                        smtp["tls_key"], "-out", smtp["tls_certificate"], "-subj", "/CN=x"],
                       check=True, capture_output=True)
    else:
        secure.make_certificate(folder, kind=kind)
    door = make_door(smtp=smtp)
    with SecureClient(door.port) as client:
        client.secure()


# certificates and users that change, or are of no use

def reload(door):
    before = door.log().count("configuration read anew")
    door.process.send_signal(signal.SIGHUP)
    eventually(lambda: door.log().count("configuration read anew") > before, what="a reload")


def test_certificate_is_read_again_and_no_session_is_lost(folder, door):
    with SecureClient(door.port) as old:
        old.secure()
        first = old.certificate()
        secure.make_certificate(folder)
        reload(door)
        assert old.ask(plain("gw1", "right"))[:3] == "235"
        old.send(TO_DATA + b"x\r\n.\r\n")
        assert [old.reply()[:3] for _ in range(4)] == ["250", "250", "354", "250"]
        with SecureClient(door.port) as new:
            assert new.secure().certificate() != first


def test_session_that_waits_for_its_handshake_gets_the_new_certificate(folder, door):
    with SecureClient(door.port) as client:
        client.greet()
        secure.make_certificate(folder)
        reload(door)
        assert client.ask(b"STARTTLS\r\n")[:3] == "220"
        client.wrap()
        fresh = ssl.PEM_cert_to_DER_cert(open(os.path.join(folder, "tls.pem")).read())
        assert client.certificate() == fresh


def test_certificate_that_is_of_no_use_leaves_the_old_one(folder, door):
    with SecureClient(door.port) as client:
        first = client.secure().certificate()
    secure.make_certificate(folder, "other")
    shutil.copy(os.path.join(folder, "other.key"), os.path.join(folder, "tls.key"))
    reload(door)
    assert "the key is not that of the certificate" in door.log()
    assert "in force stay as they were" in door.log()
    with SecureClient(door.port) as client:
        assert client.secure().certificate() == first
        assert client.ask(plain("gw1", "right"))[:3] == "235"


def test_users_are_read_again(folder, door):
    path = os.path.join(folder, "users")
    with open(path, "w") as file:
        file.write(f"new:{secure.CHEAP_X}\n")
    reload(door)
    with SecureClient(door.port) as client:
        client.secure()
        assert client.ask(plain("gw1", "right"))[:3] == "535"
        assert client.ask(plain("new", "x"))[:3] == "235"
    with open(path, "w") as file:
        file.write("new:secret\n")
    reload(door)
    assert f"{path}:1: its hash is of another kind; allowed: " in door.log()
    assert "new:secret" not in door.log()
    with SecureClient(door.port) as client:
        assert client.secure().ask(plain("new", "x"))[:3] == "235"


def spoil(path, text=None, mode=None):
    if text is not None:
        with open(path, "w") as file:
            file.write(text)
    if mode is not None:
        os.chmod(path, mode)


def garbled(path):
    with open(path) as file:
        return re.sub(r"^[^-]", "!", file.read(), flags=re.M)


def garble(path):
    spoil(path, garbled(path))


def encrypt(path):
    subprocess.run(["openssl", "ec", "-in", path, "-out", path, "-aes256", "-passout", "pass:x"],
                   check=True, capture_output=True)


SPOILED = {
    "certificate is missing": ("tls.pem", os.unlink, "tls.pem: No such file or directory"),
    "certificate is no PEM": ("tls.pem", lambda path: spoil(path, "x\n"),
                              "tls.pem: it holds no certificate; allowed: a PEM file"),
    "certificate is garbled": ("tls.pem", garble, "tls.pem: it holds no certificate"),
    "chain is garbled": ("tls.pem", lambda path: spoil(path, open(path).read() + garbled(path)),
                         "tls.pem: a certificate behind the first is damaged"),
    "certificate is a folder": ("tls.pem", lambda path: (os.unlink(path), os.mkdir(path)),
                                "tls.pem: Is a directory"),
    "key is missing": ("tls.key", os.unlink, "tls.key: No such file or directory"),
    "key is no PEM": ("tls.key", lambda path: spoil(path, "x\n"),
                      "tls.key: it holds no private key; allowed: a PEM file"),
    "key wants a passphrase": ("tls.key", encrypt, "tls.key: the key wants a passphrase"),
    "key is another's": ("tls.key", lambda path: (
        secure.make_certificate(os.path.dirname(path), "other"),
        shutil.copy(path.replace("tls.key", "other.key"), path)),
        "tls.key: the key is not that of the certificate"),
    "key is for all to read": ("tls.key", lambda path: spoil(path, mode=0o644),
                               "tls.key: others can use it (mode 0644); allowed: at most 0640"),
    "users are missing": ("users", os.unlink, "users: No such file or directory"),
    "users are for all to read": ("users", lambda path: spoil(path, mode=0o604),
                                  "users: others can use it (mode 0604); allowed: at most 0640"),
    "users hold a password": ("users", lambda path: spoil(path, "gw1:secret\n"),
                              "users:1: its hash is of another kind; allowed: "),
    "users hold MD5": ("users", lambda path: spoil(path, "\na:$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/\n"),
                       "users:2: its hash is of another kind; allowed: "),
}


@pytest.mark.parametrize("name", SPOILED)
def test_start_tells_what_is_of_no_use(folder, make_daemon, name):
    file, act, wanted = SPOILED[name]
    daemon = make_daemon("/nonexistent/modem", smtp=secure.options(folder))
    act(os.path.join(folder, file))
    done = subprocess.run([program("gsmtpd"), "-c", daemon.configuration, "--check"],
                          env=environment(), capture_output=True, text=True, timeout=60, check=False)
    assert wanted in done.stderr and done.returncode == 78, done.stderr
    assert re.search(r"^\S+:\d+: ", done.stderr, re.M)
    assert "no mistake found" not in done.stdout
    daemon.start(ready=False)
    assert daemon.process.wait(30) == 78
    assert wanted in daemon.log()
    assert "secret" not in daemon.log()


def test_group_may_read_key_and_users(folder, make_daemon):
    daemon = make_daemon("/nonexistent/modem", smtp=secure.options(folder))
    spoil(os.path.join(folder, "tls.key"), mode=0o640)
    spoil(os.path.join(folder, "users"), mode=0o640)
    daemon.start()


def test_expired_certificate_is_a_warning(folder, make_daemon):
    daemon = make_daemon("/nonexistent/modem", smtp=secure.options(folder))
    pem, key = os.path.join(folder, "tls.pem"), os.path.join(folder, "tls.key")
    subprocess.run(["openssl", "x509", "-in", pem, "-signkey", key, "-days", "-1", "-out", pem],
                   check=True, capture_output=True)
    daemon.start()
    assert "tls.pem: the certificate has expired" in daemon.log()
    with SecureClient(daemon.port) as client:
        client.secure()


def test_users_without_tls_are_refused(folder, make_daemon):
    smtp = secure.options(folder)
    daemon = make_daemon("/nonexistent/modem", smtp={"users_file": smtp["users_file"]})
    done = subprocess.run([program("gsmtpd"), "-c", daemon.configuration, "--check"],
                          env=environment(), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 78
    assert "[smtp]: users-file needs TLS" in done.stderr


def test_key_and_users_may_be_credentials(folder, make_daemon, monkeypatch):
    smtp = secure.options(folder)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", folder)
    os.rename(smtp["tls_key"], os.path.join(folder, "credentials_key"))
    daemon = make_daemon("/nonexistent/modem", smtp={
        **smtp, "tls_certificate": "tls.pem", "tls_key": "key", "users_file": "users"}).start()
    with SecureClient(daemon.port) as client:
        assert client.secure().ask(plain("gw1", "right"))[:3] == "235"


# guesses

def client_from(address, port):
    """A client that comes from one of the many addresses of the loop."""
    made = SecureClient.__new__(SecureClient)
    made.socket = socket.create_connection(("127.0.0.1", port), 60, source_address=(address, 0))
    made.stream = made.socket.makefile("rb")
    return made


def test_guesses_are_slowed_and_end_the_session(door):
    begun = time.monotonic()
    with client_from("127.0.0.2", door.port) as client:
        client.secure()
        assert client.ask(plain("gw1", "wrong"))[:3] == "535"
        assert time.monotonic() - begun < 1
        assert client.ask(plain("gw1", "wrong"))[:3] == "535"
        assert time.monotonic() - begun > 0.9
        assert client.ask(plain("gw1", "wrong"))[:3] in ("535", "421")
        assert time.monotonic() - begun > 2.8
        rest = client.reply()
        assert rest == "" or rest.startswith("421 ")
    # Another address is served meanwhile, and this one has to wait, right or wrong.
    with client_from("127.0.0.3", door.port) as client:
        client.secure()
        asked = time.monotonic()
        assert client.ask(plain("gw1", "right"))[:3] == "235"
        assert time.monotonic() - asked < 1
    with client_from("127.0.0.2", door.port) as client:
        assert client.secure().ask(plain("gw1", "right"))[:3] == "235"
        assert time.monotonic() - begun > 6.5


def test_guesses_of_many_sessions_are_one_address(door):
    """Sixteen sessions at once: all guess, few are looked at."""
    clients = [client_from("127.0.0.4", door.port).secure() for _ in range(16)]
    for client in clients:
        client.send(plain("gw1", "wrong"))
    time.sleep(2)
    assert door.log().count("AUTH refused for user gw1") <= 5
    for client in clients:
        client.close()


def test_stranger_takes_as_long_as_a_user(door):
    """Medians of takes that lie side by side, so that a busy machine is busy for both."""
    times = {"slow": [], "nobody-%d": []}
    for number in range(13):
        for name, taken in times.items():
            user = name % number if "%" in name else name
            with client_from(f"127.0.{1 + len(taken)}.{2 + len(name)}", door.port) as client:
                client.secure()
                begun = time.monotonic()
                assert client.ask(plain(user, "wrong"))[:3] == "535"
                taken.append(time.monotonic() - begun)
    known = statistics.median(times["slow"])
    unknown = statistics.median(times["nobody-%d"])
    assert 0.5 < known / unknown < 2, times


def test_the_loop_goes_on_while_a_password_is_checked(door):
    clients = [client_from(f"127.0.9.{number}", door.port).secure() for number in range(1, 13)]
    for client in clients:
        client.send(plain("slow", "right"))
    slowest = 0
    with Client(door.socket_path) as local:
        local.greet()
        for _ in range(20):
            begun = time.monotonic()
            assert local.ask(b"NOOP\r\n")[:3] == "250"
            slowest = max(slowest, time.monotonic() - begun)
    assert slowest < 1
    for client in clients:
        assert client.reply()[:3] == "235"
        client.close()
