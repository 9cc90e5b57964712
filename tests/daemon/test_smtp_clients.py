# SPDX-License-Identifier: ISC
"""Real SMTP clients, of one mail and with a queue of their own, hand mail to the daemon; the
module sends it, and it comes out at the far end."""

import smtplib
import ssl
import subprocess
from email.message import EmailMessage

import pytest

import secure
from box import Box
from house import environment
from postfix import Postfix
from sink import free_port

FROM, TO = "ann@example.org", "ops@example.com"
SUBJECT, WORDS = "Füllstand hoch", "Der Füllstand ist hoch."
MAIL = (f"From: Ann <{FROM}>\nTo: {TO}\nSubject: =?utf-8?q?F=C3=BCllstand_hoch?=\nMIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{WORDS}\n.\n..\nEnde\n")
USER, PASSWORD = "gw1", "right"


@pytest.fixture(params=["clear", "tls"])
def door(request, folder, make_daemon, emulator):
    """With .secure, nobody is let in without TLS and AUTH."""
    is_secure = request.param == "tls"
    daemon = make_daemon(emulator.device, smtp=secure.options(folder) if is_secure else {})
    daemon.secure = is_secure
    return daemon.start()


@pytest.fixture
def box(daemon):
    made = Box(daemon)
    yield made
    made.close()


def arrives(daemon, sink):
    """The mail came out, once, and nothing is left."""
    (arrived,) = sink.wait(timeout=60)
    daemon.wait_empty()
    assert len(sink.mails) == 1
    assert arrived.recipients == [TO]
    assert arrived.subject == SUBJECT
    assert WORDS in arrived.text
    assert FROM in arrived.text      # the module has one sender only; the preamble tells
    return arrived


def swaks(door):
    login = ["--tls", "--auth", "LOGIN", "--auth-user", USER, "--auth-password", PASSWORD]
    return ["swaks", "--server", f"127.0.0.1:{door.port}", "--from", FROM, "--to", TO, "--data", "-",
            *(login if door.secure else [])]


def swaks_with_pipelining(door):
    return [*swaks(door), "--pipeline"]


def curl(door):
    login = ["--ssl-reqd", "--insecure", "--user", f"{USER}:{PASSWORD}"]
    return ["curl", "-sS", f"smtp://127.0.0.1:{door.port}/client", "--mail-from", FROM, "--mail-rcpt", TO,
            "--crlf", "-T", "-", *(login if door.secure else [])]


def msmtp(door):
    certificate = door.folder + "/tls.pem"
    login = ["--tls", "--tls-starttls", f"--tls-trust-file={certificate}", "--tls-host-override=gw1.example.net",
             "--auth=plain", f"--user={USER}", f"--passwordeval=echo {PASSWORD}"]
    return ["msmtp", "--host=127.0.0.1", f"--port={door.port}", f"--from={FROM}",
            *(login if door.secure else []), TO]


@pytest.mark.parametrize("client", [swaks, swaks_with_pipelining, curl, msmtp], ids=lambda client: client.__name__)
def test_client_of_one_mail(door, sink, client):
    done = subprocess.run(client(door), input=MAIL.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env=environment(), timeout=60, check=False)
    assert done.returncode == 0, done.stdout.decode(errors="replace")
    arrived = arrives(door, sink)
    assert "Ende\n" in arrived.text


def test_s_nail(door, sink):
    where = f"smtp://{USER}:{PASSWORD}@127.0.0.1:{door.port}" if door.secure else f"smtp://127.0.0.1:{door.port}"
    login = ["-S", "smtp-use-starttls", "-S", "tls-verify=ignore", "-S", "smtp-auth=plain"]
    done = subprocess.run(
        ["s-nail", "-:/", "-S", "v15-compat", "-S", f"mta={where}",
         *(login if door.secure else ["-S", "smtp-auth=none"]), "-S", f"from={FROM}", "-s", SUBJECT, TO],
        input=f"{WORDS}\n".encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=environment(LC_ALL="C.UTF-8"), timeout=60, check=False)
    assert done.returncode == 0, done.stdout.decode(errors="replace")
    arrives(door, sink)


def test_mailutils(daemon, sink):
    done = subprocess.run(
        ["mail.mailutils", "-E", f"set sendmail=smtp://127.0.0.1:{daemon.port}", "-r", FROM, "-s", SUBJECT, TO],
        input=f"{WORDS}\n".encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=environment(LC_ALL="C.UTF-8"), timeout=60, check=False)
    assert done.returncode == 0, done.stdout.decode(errors="replace")
    arrives(daemon, sink)


def test_smtplib(door, sink):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = FROM, TO, SUBJECT
    mail.set_content(WORDS)
    mail.add_attachment(b"\x00\xff" * 100, maintype="application", subtype="octet-stream", filename="log.bin")
    with smtplib.SMTP("127.0.0.1", door.port, timeout=30) as client:
        if door.secure:
            client.starttls(context=ssl._create_unverified_context())
            client.login(USER, PASSWORD)
        assert client.send_message(mail) == {}
    arrived = arrives(door, sink)
    ((name, content),) = arrived.attachments().items()
    assert name.endswith("log.bin") and content == b"\x00\xff" * 100


def test_smtplib_with_recipients_of_each_kind(daemon, sink):
    """What it is told of a refused one, it passes on; the others get the mail, and who does not
    stand in the header gets it alone."""
    with smtplib.SMTP("127.0.0.1", daemon.port, timeout=30) as client:
        refused = client.sendmail(FROM, [TO, "nobody", "chief@example.com"], MAIL.encode())
    assert list(refused) == ["nobody"] and refused["nobody"][0] == 550
    assert refused["nobody"][1].startswith(b"5.1.1 ")
    mails = sink.wait(2)
    daemon.wait_empty()
    assert sorted(mail.recipients for mail in mails) == [["chief@example.com"], [TO]]
    assert all(mail.subject == SUBJECT and WORDS in mail.text for mail in mails)


def test_bsd_mailx(box, daemon, sink):
    """It speaks no SMTP by itself."""
    box.run(f"printf '%s\\n' '{WORDS}' | LC_ALL=C.UTF-8 bsd-mailx -r {FROM} -s '{SUBJECT}' {TO}")
    arrives(daemon, sink)


def test_bsd_mailx_over_msmtp(box, daemon, sink):
    box.put("/etc/msmtprc", f"account default\nhost 127.0.0.1\nport {daemon.port}\n")
    box.run("ln -sf /usr/bin/msmtp /usr/sbin/sendmail; "
            f"printf '%s\\n' '{WORDS}' | LC_ALL=C.UTF-8 bsd-mailx -r {FROM} -s '{SUBJECT}' {TO}")
    arrives(daemon, sink)


# clients with a queue, in a box of their own: files, users and folders as their packages make them

@pytest.fixture
def door_box(door):
    made = Box(door)
    made.put("/run/mail", MAIL)
    yield made
    made.close()


def test_nullmailer(door, door_box, sink):
    login = f" --auth-login --user={USER} --pass={PASSWORD} --starttls --insecure" if door.secure else ""
    door_box.put("/etc/nullmailer/remotes", f"127.0.0.1 smtp --port={door.port}{login}\n")
    door_box.put("/etc/nullmailer/me", "field.example.org\n")
    door_box.run(f"""
        cd /var/spool/nullmailer 2>/dev/null || {{ mkdir -p /var/spool/nullmailer; cd /var/spool/nullmailer; }}
        mkdir -p queue tmp failed; [ -p trigger ] || mkfifo trigger
        chown -R mail:mail /var/spool/nullmailer
        chown mail:mail /usr/sbin/nullmailer-queue; chmod 4755 /usr/sbin/nullmailer-queue
        nullmailer-inject -f {FROM} {TO} </run/mail || exit
        setpriv --reuid mail --regid mail --clear-groups nullmailer-send >/run/log 2>&1 &
        for i in $(seq 150); do [ -n "$(ls queue)" ] || exit 0; sleep 0.1; done
        cat /run/log; exit 1""")
    arrives(door, sink)


EXIM = """
primary_hostname = field.example.org
domainlist local_domains =
log_file_path = /run/exim/%slog
spool_directory = /run/exim/spool
keep_environment =
tls_require_ciphers = NORMAL
begin routers
gateway:
  driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = gateway
begin transports
gateway:
  driver = smtp
  port = {port}
  hosts_try_chunking = *
  hosts_require_tls = {secure}
  hosts_require_auth = {secure}
  tls_verify_hosts =
  tls_try_verify_hosts =
begin authenticators
login:
  driver = plaintext
  public_name = PLAIN
  client_send = ^{user}^{password}
"""
EXIM_START = """
getent passwd Debian-exim >/dev/null || useradd --system Debian-exim
mkdir -p /run/exim; chown Debian-exim /run/exim
"""


def test_exim(door, door_box, sink):
    door_box.put("/etc/exim4/exim4.conf", EXIM.format(port=door.port, secure="*" if door.secure else "",
                                                      user=USER, password=PASSWORD))
    door_box.run(EXIM_START + f"exim4 -odi -oi -f {FROM} {TO} </run/mail; cat /run/exim/*log; "
                 "grep -q 'Completed' /run/exim/mainlog")
    arrives(door, sink)


def test_postfix(door, door_box, sink):
    port = free_port()
    postfix = Postfix(door_box, port, f"""
        relayhost = [127.0.0.1]:{door.port}
        smtp_tls_security_level = {'encrypt' if door.secure else 'none'}
        smtp_sasl_auth_enable = {'yes' if door.secure else 'no'}
        smtp_sasl_password_maps = inline:{{ {{ [127.0.0.1]:{door.port} = {USER}:{PASSWORD} }} }}
        smtp_sasl_tls_security_options = noanonymous""")
    with postfix.client() as client:
        client.sendmail(FROM, [TO], MAIL.encode())
    arrives(door, sink)
