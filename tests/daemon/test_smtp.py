# SPDX-License-Identifier: ISC
"""The daemon's SMTP door, without a module: what gets in, what is stored, who is kept out.
Grammar and dialogues are tested in tests/unit; here it is sockets, disks and time."""

import os
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import time

import pytest

from house import environment, eventually, program

HELLO = b"EHLO client\r\n"
EXTENSIONS = ["gw1.example.net", "PIPELINING", "SIZE 2097152", "8BITMIME", "DSN", "CHUNKING",
              "ENHANCEDSTATUSCODES"]
TO_DATA = b"MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n"


class Client:
    """A raw client: octets out, whole replies in."""

    def __init__(self, target, timeout=20):
        if isinstance(target, int):
            self.socket = socket.create_connection(("127.0.0.1", target), timeout)
        else:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(timeout)
            self.socket.connect(target)
        self.stream = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.stream.close()
        self.socket.close()

    def send(self, octets):
        self.socket.sendall(octets)

    def reply(self):
        """The next reply as "CODE text", lines joined by LF; "" at the end."""
        lines = []
        while True:
            line = self.stream.readline()
            if not line:
                return ""
            assert line.endswith(b"\r\n") and len(line) <= 512, line
            lines.append(line.decode("ascii")[:-2])
            if lines[-1][3:4] != "-":
                return "\n".join(lines)

    def ask(self, octets):
        self.send(octets)
        return self.reply()

    def greet(self):
        assert self.reply().startswith("220 ")
        assert self.ask(HELLO).startswith("250-")
        return self

    def begin_data(self):
        self.greet().send(TO_DATA)
        assert [self.reply()[:3] for _ in range(3)] == ["250", "250", "354"]
        return self

    def is_closed(self):
        try:
            return self.stream.read(1) == b""
        except ConnectionResetError:
            return True


class Stored:
    """A file of the spool, taken apart (docs/SPOOL.md)."""

    def __init__(self, path):
        with open(path, "rb") as file:
            whole = file.read()
        size = int(whole[:64].split()[2])
        self.content = whole[64:64 + size]
        self.envelope = whole[64 + size:].decode().splitlines()

    def as_given(self, lacked=(b"Date", b"Message-ID")):
        """The content without Received:, and without the fields that were added since it lacked
        them: one of each."""
        content, count = re.subn(rb"\AReceived: from .*\r\n(\t.*\r\n)+", b"", self.content)
        assert count == 1, self.content
        for name in lacked:
            content, count = re.subn(rb"^%s: .*\r\n" % name, b"", content, flags=re.M)
            assert count == 1, self.content
        return content

    def values(self, key):
        return [line.partition(" ")[2] for line in self.envelope if line.split(" ")[0] == key]


def stored(daemon):
    folder = os.path.join(daemon.spool, "queue")
    return [Stored(os.path.join(folder, name)) for name in sorted(os.listdir(folder))
            if "." not in name]


def drafts(daemon):
    return os.listdir(os.path.join(daemon.spool, "tmp"))


@pytest.fixture
def make_door(make_daemon):
    """A daemon whose module is not there: mail is taken and stays."""

    def make(**sections):
        return make_daemon("/nonexistent/modem", **sections).start()

    return make


@pytest.fixture
def door(make_door):
    return make_door()


@pytest.fixture(params=["tcp", "unix"])
def target(request, door):
    door.target = door.port if request.param == "tcp" else door.socket_path
    return door


def test_greeting_and_extensions(target):
    with Client(target.target) as client:
        assert client.reply() == "220 gw1.example.net ESMTP gsmtpd"
        reply = client.ask(HELLO).split("\n")
        assert [line[4:] for line in reply] == EXTENSIONS
        assert client.ask(b"QUIT\r\n") == "221 2.0.0 Closing the connection"
        assert client.is_closed()


def test_mail_is_stored_with_its_client(target):
    text = b"From: a@example.org\r\nSubject: x\r\n\r\n..dots\r\n\xe4\r\n"
    with Client(target.target) as client:
        client.begin_data()
        reply = client.ask(b"From: a@example.org\r\nSubject: x\r\n\r\n...dots\r\n\xe4\r\n.\r\n")
        # What is answered is already there.
        (mail,) = stored(target)
    found = re.fullmatch(r"250 2\.0\.0 queued as (\S+)", reply)
    assert found, reply
    assert mail.as_given() == text
    assert mail.values("sender") == ["a@example.org"]
    assert mail.values("recipient") == ["b@example.com"]
    local = f"local user {os.getuid()}"
    assert mail.values("client") == ["127.0.0.1" if target.target == target.port else local]
    whence = b"[127.0.0.1]" if target.target == target.port else local.encode()
    assert mail.content.startswith(b"Received: from client (%s)\r\n\tby gw1.example.net " % whence)
    assert mail.values("helo") == ["client"]
    assert abs(int(mail.values("arrived")[0]) - time.time()) < 30
    assert [entry["id"] for entry in target.queue()] == [found.group(1)]


def test_everything_in_one_segment(target):
    with Client(target.target) as client:
        client.send(HELLO + 2 * (TO_DATA + b"x\r\n.\r\n") + b"QUIT\r\n")
        codes = []
        while reply := client.reply():
            codes.append(reply[:3])
    assert codes == ["220", "250"] + 2 * ["250", "250", "354", "250"] + ["221"]
    assert len(stored(target)) == 2


def test_client_that_shuts_its_side_down_gets_its_replies(target):
    """As `nc -N` does: no QUIT, but an end."""
    with Client(target.target) as client:
        client.send(HELLO + TO_DATA + b"x\r\n.\r\n")
        client.socket.shutdown(socket.SHUT_WR)
        replies = []
        while reply := client.reply():
            replies.append(reply)
    assert replies[-1].startswith("250 2.0.0 queued as ")
    assert len(stored(target)) == 1


SMUGGLED = b"MAIL FROM:<evil@example.org>\r\nRCPT TO:<victim@example.com>\r\nDATA\r\nevil\r\n.\r\n"


@pytest.mark.parametrize("end", [
    b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r.\r\n", b"\r\n.\n", b"\r\n.\r", b"\n.\r", b"\r.\n",
    b"\r\n\x00.\r\n", b"\r\n.\x00\r\n", b"\r\n.\r\x00\n", b"\r\n.\r\r\n", b"\r\n. \r\n",
    b"\r\n.\t\r\n", b"\n\n.\n\n", b"\r\r.\r\r",
], ids=repr)
def test_only_the_real_end_ends_the_data(door, end):
    with Client(door.port) as client:
        client.begin_data()
        client.send(b"good" + end + SMUGGLED + b"QUIT\r\n")
        last = client.reply()
        assert client.reply().startswith("221 ")
    kept = stored(door)
    if b"\0" in end:
        assert last == "554 5.6.0 Message holds a NUL octet, which text cannot"
        assert kept == []
    else:
        assert last.startswith("250 ")
        (mail,) = kept
        assert mail.values("sender") == ["a@example.org"]
        assert b"evil@example.org" in mail.content
        assert not re.search(rb"(?<!\r)\n|\r(?!\n)", mail.content)


def test_3000_recipients(door):
    with Client(door.port) as client:
        client.greet()
        client.send(b"MAIL FROM:<a@example.org>\r\n" + b"".join(
            b"RCPT TO:<r%d@example.com>\r\n" % number for number in range(3000)))
        replies = [client.reply()[:3] for _ in range(3001)]
        assert replies == 101 * ["250"] + 2900 * ["452"]
        assert client.ask(b"DATA\r\n")[:3] == "354"
        assert client.ask(b"x\r\n.\r\n")[:3] == "250"
    (mail,) = stored(door)
    assert mail.values("recipient") == [f"r{number}@example.com" for number in range(100)]


def resident_kib(daemon):
    with open(f"/proc/{daemon.process.pid}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))


def test_line_of_8_mib_is_refused_whole(frugal, door):
    before = resident_kib(door)
    with Client(door.port) as client:
        client.greet()
        client.send(b"NOOP " + b"x" * (8 << 20) + b"QUIT\r\n")
        assert client.reply() == "500 5.5.2 Line too long; nothing of it was done"
        assert client.ask(b"NOOP\r\n") == "250 2.0.0 OK"
    assert resident_kib(door) - before < 4096


def test_client_that_does_not_read_is_not_read_from(frugal, door):
    """Its commands stay in its own buffers, and none of the replies is lost."""
    before = resident_kib(door)
    count = 120000
    with Client(door.socket_path) as client:
        client.greet().ask(b"MAIL FROM:<a@example.org>\r\n")
        client.socket.setblocking(False)
        commands = memoryview(b"RCPT TO:<b@example.com>\r\n" * count)
        sent, quiet = 0, 0
        while quiet < 20 and sent < len(commands):
            try:
                sent += client.socket.send(commands[sent:])
                quiet = 0
            except BlockingIOError:
                quiet += 1
                time.sleep(0.05)
        assert sent < len(commands), "everything was taken"
        assert resident_kib(door) - before < 4096
        got = b""
        deadline = time.monotonic() + 60
        while got.count(b"\n") < count and time.monotonic() < deadline:
            try:
                got += client.socket.recv(1 << 20)
            except BlockingIOError:
                time.sleep(0.001)
            try:
                sent += client.socket.send(commands[sent:]) if sent < len(commands) else 0
            except BlockingIOError:
                pass
        assert [line[:3] for line in got.split(b"\r\n")] == \
            100 * [b"250"] + (count - 100) * [b"452"] + [b""]


@pytest.mark.parametrize("request_line", [b"GET / HTTP/1.1", b"POST / HTTP/1.1", b"OPTIONS * HTTP/1.0"])
def test_http_ends_the_connection(door, request_line):
    with Client(door.port) as client:
        client.send(request_line + b"\r\nContent-Length: 100\r\n\r\n" + HELLO + TO_DATA)
        assert client.reply().startswith("220 ")
        assert client.reply() == "554 5.5.1 This is SMTP, not HTTP; closing the connection"
        assert client.is_closed()
    assert stored(door) == [] and drafts(door) == []


def test_command_has_one_deadline_however_slow_it_drips(make_door):
    door = make_door(smtp={"timeout": "2s"})
    with Client(door.port) as client:
        client.greet()
        started = time.monotonic()
        client.socket.settimeout(0.1)
        reply = ""
        while not reply and time.monotonic() - started < 10:
            try:
                client.send(b"N")
                reply = client.socket.recv(500).decode()
            except TimeoutError:
                pass
        assert reply == "421 4.4.2 Nothing complete came in time; closing the connection\r\n"
        assert 1.5 < time.monotonic() - started < 4


def test_data_has_one_deadline_however_slow_it_drips(make_door):
    door = make_door(smtp={"timeout": "2s"})
    with Client(door.port) as client:
        client.begin_data()
        started = time.monotonic()
        client.socket.settimeout(0.1)
        reply = ""
        while not reply and time.monotonic() - started < 10:
            try:
                client.send(b"x\r\n")
                reply = client.socket.recv(500).decode()
            except TimeoutError:
                pass
        assert reply.startswith("421 4.4.2 ")
        assert 1.5 < time.monotonic() - started < 4
    assert stored(door) == [] and drafts(door) == []


def test_each_command_has_a_deadline_of_its_own(make_door):
    door = make_door(smtp={"timeout": "1s"})
    with Client(door.port) as client:
        client.greet()
        for _ in range(5):
            time.sleep(0.5)
            assert client.ask(b"NOOP\r\n")[:3] == "250"


def test_client_that_neither_reads_nor_ends_is_dropped(make_door):
    door = make_door(smtp={"timeout": "1s"})
    with Client(door.port) as client:
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.greet()
        client.socket.setblocking(False)
        started = time.monotonic()
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            while time.monotonic() - started < 30:
                try:
                    client.socket.send(b"NOOP\r\n" * 10000)
                except BlockingIOError:
                    time.sleep(0.05)


def test_client_that_goes_away_in_data_leaves_nothing(target):
    with Client(target.target) as client:
        client.begin_data().send(b"half a mail\r\n")
        eventually(lambda: drafts(target), what="a draft")
    eventually(lambda: not drafts(target), what="its end")
    assert stored(target) == []
    assert target.queue() == []


def test_caps_and_the_unix_socket_beside_them(make_door):
    door = make_door(smtp={"max-connections": "4", "max-connections-per-client": "3"})
    clients = [Client(door.port).greet() for _ in range(3)]
    with Client(door.port) as fourth:
        assert fourth.reply() == "421 4.7.0 Too many connections; try again"
        assert fourth.is_closed()
    others = [Client(door.socket_path).greet() for _ in range(3)]
    with Client(door.socket_path) as fourth:
        assert fourth.reply().startswith("421 4.7.0 ")
    clients.pop().close()

    def is_welcome():
        with Client(door.port) as again:
            return again.reply().startswith("220 ")

    eventually(is_welcome, what="room for another client")
    for client in clients + others:
        assert client.ask(b"NOOP\r\n")[:3] == "250"
        client.close()


def test_sendmail_waits_for_its_turn(make_door):
    """Cron has many jobs at the full hour; none of their mails may be lost."""
    door = make_door(smtp={"max-connections-per-client": "2"})
    holders = [Client(door.socket_path).greet() for _ in range(2)]
    jobs = [subprocess.Popen([program("gsmtp-sendmail"), f"job{number}@example.com"],
                             stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                             env=environment(GSMTPD_SUBMIT=f"unix:{door.socket_path}"))
            for number in range(20)]
    time.sleep(0.5)
    assert all(job.poll() is None for job in jobs)
    assert stored(door) == []
    for holder in holders:
        holder.close()
    for job in jobs:
        assert (job.wait(60), job.stderr.read()) == (0, b"")
        job.stderr.close()
    assert len(stored(door)) == 20


def test_300_idle_connections_cost_little(frugal, make_door):
    door = make_door(smtp={"max-connections": "1000", "max-connections-per-client": "1000"})
    before = resident_kib(door)
    clients = [Client(door.port).greet() for _ in range(300)]
    assert resident_kib(door) - before < 16384
    assert clients[0].ask(b"NOOP\r\n")[:3] == "250"
    for client in clients:
        client.close()


def test_strangers_are_not_relayed_for(make_door):
    door = make_door(smtp={"trusted-networks": "192.0.2.0/24 ::1"})
    with Client(door.port) as client:
        client.greet()
        assert client.ask(b"MAIL FROM:<a@example.org>\r\n")[:3] == "250"
        assert client.ask(b"RCPT TO:<b@example.com>\r\n").startswith("550 5.7.1 Not relaying")
        assert client.ask(b"DATA\r\n")[:3] == "554"
    assert "127.0.0.1: recipient b@example.com refused: 550 5.7.1" in door.log()
    with Client(door.socket_path) as client:
        client.begin_data()
        assert client.ask(b"x\r\n.\r\n")[:3] == "250"


def test_no_room_is_452(make_door, folder):
    more = shutil.disk_usage(folder).free // (1 << 30) + 100
    door = make_door(queue={"min-free": f"{more}G"})
    with Client(door.port) as client:
        client.greet().send(TO_DATA)
        assert [client.reply()[:3] for _ in range(2)] == ["250", "250"]
        assert client.reply() == "452 4.3.1 Not enough room in the spool; try again"
        assert client.ask(b"NOOP\r\n")[:3] == "250"
    assert drafts(door) == []


def test_message_too_big(make_door):
    door = make_door(smtp={"max-message-size": "10K"})
    with Client(door.port) as client:
        client.greet()
        assert client.ask(b"MAIL FROM:<a@b.org> SIZE=10241\r\n") == \
            "552 5.3.4 Message larger than max-message-size"
        client.send(TO_DATA)
        assert [client.reply()[:3] for _ in range(3)] == ["250", "250", "354"]
        assert client.ask(b"x" * 20000 + b"\r\n.\r\n")[:9] == "552 5.3.4"
        client.send(TO_DATA)
        assert [client.reply()[:3] for _ in range(3)] == ["250", "250", "354"]
        assert client.ask(b"x" * 10238 + b"\r\n.\r\n")[:3] == "250"
    (mail,) = stored(door)
    # It had no header, so what was added ends with an empty line.
    assert mail.as_given((b"Date", b"Message-ID", b"From")) == b"\r\n" + b"x" * 10238 + b"\r\n"
    assert drafts(door) == []


def test_stop_says_421_and_forgets_what_is_half(door):
    idle, busy = Client(door.port).greet(), Client(door.socket_path).begin_data()
    busy.send(b"half a mail\r\n")
    eventually(lambda: drafts(door), what="a draft")
    assert door.stop() == 0
    for client in (idle, busy):
        assert client.reply() == "421 4.3.2 The daemon is stopping; try again"
        assert client.is_closed()
        client.close()
    assert stored(door) == [] and drafts(door) == []


def test_stop_while_mails_come_keeps_each_that_got_its_250(door):
    clients = [Client(door.port).begin_data() for _ in range(15)]
    for client in clients:
        client.send(b"x\r\n.\r\n")
    door.process.send_signal(signal.SIGTERM)
    replies = [client.reply() for client in clients]
    assert door.stop() == 0
    queued = {reply.split()[-1] for reply in replies if reply.startswith("250 ")}
    assert all(reply[:3] in ("250", "421") for reply in replies), replies
    names = {name for name in os.listdir(os.path.join(door.spool, "queue")) if "." not in name}
    assert names == queued
    for client in clients:
        client.close()


def test_reload_reaches_sessions_that_are_open(door):
    aliases = os.path.join(door.folder, "aliases")
    with Client(door.port) as client:
        client.greet()
        client.ask(b"MAIL FROM:<a@example.org>\r\n")
        reply = client.ask(b"RCPT TO:<root>\r\n")
        assert reply.startswith("550 5.1.1 ") and "aliases" in reply
        with open(aliases, "w") as file:
            file.write("root: ops@example.com, chief@example.com\n")
        door.notify.forget()
        door.process.send_signal(signal.SIGHUP)
        eventually(lambda: door.notify.has("READY=1"), what="the reload")
        assert client.ask(b"RCPT TO:<root@localhost>\r\n") == "250 2.1.5 Recipient OK"
        assert client.ask(b"DATA\r\n")[:3] == "354"
        assert client.ask(b"x\r\n.\r\n")[:3] == "250"
    (mail,) = stored(door)
    assert mail.values("recipient") == ["ops@example.com", "chief@example.com"]
    assert mail.values("original") == 2 * ["root@localhost"]


def test_allow_is_looked_at_behind_the_aliases(make_door):
    door = make_door(recipients={"allow": "*@example.com", "default-domain": "example.com"})
    with Client(door.port) as client:
        client.greet()
        client.ask(b"MAIL FROM:<>\r\n")
        assert client.ask(b"RCPT TO:<b@example.org>\r\n").startswith("550 5.7.1 ")
        assert client.ask(b"RCPT TO:<bob>\r\n")[:3] == "250"
        assert client.ask(b"DATA\r\n")[:3] == "354"
        assert client.ask(b".\r\n")[:3] == "250"
    (mail,) = stored(door)
    assert mail.values("recipient") == ["bob@example.com"]
    assert mail.values("sender") == [""]
    assert mail.as_given((b"Date", b"Message-ID", b"From")) == b""


def test_refusals_are_logged_without_controls_and_not_without_end(door):
    with Client(door.port) as client:
        client.greet()
        client.ask(b"MAIL FROM:<a@example.org>\r\n")
        client.ask(b'RCPT TO:<"x y"@example.com>\r\n')
        for _ in range(100):
            client.ask(b"RCPT TO:<nobody>\r\n")
    log = door.log()
    assert 'recipient "x y"@example.com refused: 550 5.1.3' in log
    assert 10 <= log.count("nobody refused") <= 20


def test_sockets_of_systemd_are_taken_over(make_daemon):
    """They come listening and blocking, by number and name; the configured ones are left."""
    daemon = make_daemon("/nonexistent/modem")
    path = os.path.join(daemon.folder, "given.sock")
    local, remote = socket.socket(socket.AF_UNIX), socket.socket()
    local.bind(path)
    remote.bind(("127.0.0.1", 0))
    port = remote.getsockname()[1]
    for listener in (local, remote):
        listener.listen(5)
    script = 'export LISTEN_PID=$$; exec 3<&"$1" 4<&"$2"; shift 2; exec "$@"'
    with open(daemon.error_path, "ab") as error:
        daemon.process = subprocess.Popen(
            ["bash", "-c", script, "bash", str(local.fileno()), str(remote.fileno()),
             program("gsmtpd"), "-c", daemon.configuration, "--compose", daemon.compose],
            stdin=subprocess.DEVNULL, stdout=error, stderr=error,
            pass_fds=(local.fileno(), remote.fileno()),
            env=environment(NOTIFY_SOCKET=daemon.notify.path, LISTEN_FDS="2",
                            LISTEN_FDNAMES="smtp:smtp"))
    eventually(lambda: daemon.notify.has("READY=1"), 30, "READY=1")
    for target in (path, port):
        with Client(target) as client:
            client.begin_data()
            assert client.ask(b"x\r\n.\r\n")[:3] == "250"
    assert not os.path.exists(daemon.socket_path)
    with pytest.raises(OSError):
        Client(daemon.port)
    assert daemon.stop() == 0
    assert os.path.exists(path)
    local.close()
    remote.close()


def test_socket_file_is_for_everybody_and_goes_with_the_daemon(door):
    assert os.stat(door.socket_path).st_mode & 0o7777 == 0o666
    assert door.stop() == 0
    assert not os.path.exists(door.socket_path)


def deliver_by_swaks(door):
    return ["swaks", "--server", "127.0.0.1", "--port", str(door.port), "--from", "a@example.org",
            "--to", "b@example.com", "--header", "Subject: by swaks", "--body", "hello"], b""


def deliver_by_curl(door):
    return ["curl", "-sS", f"smtp://127.0.0.1:{door.port}/client", "--mail-from", "a@example.org",
            "--mail-rcpt", "b@example.com", "-T", "-"], b"Subject: by curl\r\n\r\nhello\r\n"


def deliver_by_msmtp(door):
    return ["msmtp", "--host=127.0.0.1", f"--port={door.port}", "--from=a@example.org",
            "b@example.com"], b"Subject: by msmtp\n\nhello\n"


def deliver_by_sendmail(door):
    return [program("gsmtp-sendmail"), "-f", "a@example.org", "b@example.com"], \
        b"Subject: by sendmail\n\nhello\n"


@pytest.mark.parametrize("deliver", [deliver_by_swaks, deliver_by_curl, deliver_by_msmtp,
                                     deliver_by_sendmail])
def test_real_clients(door, deliver):
    arguments, text = deliver(door)
    subprocess.run(arguments, input=text, stdout=subprocess.DEVNULL, timeout=60, check=True,
                   env=environment(GSMTPD_SUBMIT=f"unix:{door.socket_path}"))
    (mail,) = stored(door)
    assert mail.values("sender") == ["a@example.org"]
    assert mail.values("recipient") == ["b@example.com"]
    assert b"Subject: by " in mail.content and b"hello\r\n" in mail.content


def test_smtplib(door):
    with smtplib.SMTP("127.0.0.1", door.port, timeout=20) as client:
        refused = client.sendmail("a@example.org", ["b@example.com", "nobody"],
                                  "Subject: x\n\n.\n..\nhello\n")
    assert list(refused) == ["nobody"] and refused["nobody"][0] == 550
    (mail,) = stored(door)
    assert mail.as_given((b"Date", b"Message-ID", b"From")) == \
        b"Subject: x\r\n\r\n.\r\n..\r\nhello\r\n"
