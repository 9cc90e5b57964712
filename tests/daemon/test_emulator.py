# SPDX-License-Identifier: ISC
"""gsmtp-emulator by itself, as an integrator meets it: a tty, a log, a real SMTP server."""

import email
import email.policy
import os
import re
import select
import signal
import socket
import stat
import subprocess
import termios
import threading
import time
import zlib

import pytest

from host import ESCAPE, Host
from house import Emulator, environment, eventually, program
from sink import free_port

@pytest.fixture
def start(folder):
    """start(relay port, rules=[...], options=[...]): the emulator and a host on its line."""
    running = []

    def make(relay_port=None, **more):
        emulator = Emulator(folder, relay_port, **more).start()
        host = Host(emulator.device)
        running.append((emulator, host))
        return emulator, host

    yield make
    for emulator, host in running:
        host.close()
        if emulator.is_running():
            assert emulator.stop() == 0
        emulator.complain_of_sanitizers()


def test_says_when_it_is_ready_and_leaves_nothing_behind(folder):
    link = os.path.join(folder, "tty")
    os.symlink("/nowhere", link)
    with subprocess.Popen(
        [program("gsmtp-emulator"), "--link", link],
        stdout=subprocess.PIPE, text=True, env=environment(),
    ) as process:
        assert process.stdout.readline() == f"ready {link}\n"
        assert stat.S_ISCHR(os.stat(link).st_mode)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    assert os.listdir(folder) == []


def test_without_a_link_it_names_the_device():
    with subprocess.Popen(
        [program("gsmtp-emulator")], stdout=subprocess.PIPE, text=True, env=environment()
    ) as process:
        path = process.stdout.readline().split()[1]
        assert stat.S_ISCHR(os.stat(path).st_mode)
        process.terminate()
        assert process.wait(10) == 0


def test_another_link_is_not_removed(folder):
    link = os.path.join(folder, "tty")
    with subprocess.Popen(
        [program("gsmtp-emulator"), "--link", link], stdout=subprocess.PIPE, env=environment()
    ) as process:
        process.stdout.readline()
        os.unlink(link)
        os.symlink("/elsewhere", link)
        process.terminate()
        assert process.wait(10) == 0
    assert os.readlink(link) == "/elsewhere"


@pytest.mark.parametrize("arguments, status", [
    (["--help"], 0), (["--version"], 0), (["--bad"], 64), (["x"], 64), (["--relay", "host"], 64),
    (["--script", "/nonexistent"], 66), (["--replay", "/nonexistent"], 66),
    (["--link", "/nonexistent/x"], 73), (["--seed", "x"], 64),
    (["--log", "/nonexistent/x"], 73),
])
def test_command_line(arguments, status):
    done = subprocess.run(
        [program("gsmtp-emulator"), *arguments], capture_output=True, text=True,
        env=environment(), timeout=20, check=False,
    )
    assert done.returncode == status
    assert bool(done.stdout) == (status == 0)
    assert bool(done.stderr) == (status != 0)


def test_wrong_script_is_refused_with_its_line(folder):
    script = os.path.join(folder, "script")
    with open(script, "w", encoding="ascii") as file:
        file.write('# fine\n{"on":"put","answre":-1}\n')
    done = subprocess.run(
        [program("gsmtp-emulator"), "--script", script], capture_output=True, text=True,
        env=environment(), timeout=20, check=False,
    )
    assert done.returncode == 65
    assert f"{script}:2: answre" in done.stderr


def test_whole_dialogue_of_the_reference(start, sink):
    emulator, host = start(sink.port, options=["--no-space"])
    assert host.command("ATE0") == b"ATE0\r\r\nOK\r\n"
    for line in ('AT+QSMTPSRV="smtp.163.com", 25', 'AT+QSMTPUSER="gw1"', 'AT+QSMTPPWD="secret"',
                 'AT+QSMTPNAME="NAME"', 'AT+QSMTPADDR="gw1@example.net"'):
        assert host.command(line).endswith(b"\r\nOK\r\n")
    for line in ('AT+QSMTPDST=1,2,"a@example.net"', 'AT+QSMTPDST=1,2,"b@example.net"',
                 'AT+QSMTPDST=0,2,"b@example.net"'):
        assert host.command(line, rb"DST: .*\r\n") == b"\r\nOK\r\n\r\n+QSMTPDST: 0\r\n"
    assert host.command('AT+QSMTPSUB=0,"SMTP TEST"') == b"\r\nOK\r\n"
    body = (b"0123456789abcdef\r\n" * 120)[:2009]
    assert host.command("AT+QSMTPBODY=1, 10", rb"CONNECT\r\n") == b"\r\nOK\r\n\r\nCONNECT\r\n"
    host.send(body + ESCAPE)
    assert host.wait(rb"BODY: .*\r\n") == b"\r\n+QSMTPBODY: 2009\r\n"
    host.command('AT+QSMTPATT="bigfile.txt"', rb"CONNECT\r\n")
    host.send(b"x" * 20090 + ESCAPE)
    assert host.wait(rb"ATT: .*\r\n") == b"\r\n+QSMTPATT: 20090\r\n"
    assert b'\r\n+QSMTPATT: 1,"bigfile.txt",20090\r\n' in host.command("AT+QSMTPATT?")
    assert host.command("AT+QSMTPDATT=1", rb"DATT: .*\r\n") == b"\r\nOK\r\n\r\n+QSMTPDATT: 0\r\n"
    stored = os.urandom(20100)
    host.command('AT+QFUPL="attach.txt",20100', rb"CONNECT\r\n")
    host.send(stored)
    host.wait(rb"\+QFUPL: 20100,[0-9a-f]+\r\n\r\nOK\r\n")
    assert host.command('AT+QSMTPATT="/UFS/attach.txt"', rb"ATT: .*\r\n") == (
        b"\r\nOK\r\n\r\n+QSMTPATT: 20100\r\n")
    assert host.command("AT+QIFGCNT=0") == b"\r\nOK\r\n"
    assert host.command('AT+QICSGP=1,"CMNET"') == b"\r\nOK\r\n"
    assert host.command("AT+QSMTPPUT=300", rb"PUT:.*\r\n") == b"\r\nOK\r\n\r\n+QSMTPPUT:0\r\n"
    (arrived,) = sink.wait()
    assert arrived.recipients == ["a@example.net"]
    assert arrived.header_addresses("Cc") == ["a@example.net"]
    assert arrived.subject == "SMTP TEST"
    assert arrived.text == body.decode().replace("\r\n", "\n")
    assert arrived.attachments() == {"attach.txt": stored}
    (record,) = [record for record in emulator.records() if record["event"] == "mail"]
    assert (record["server"], record["port"]) == ("smtp.163.com", 25)
    assert record["attachments"][0]["crc32"] == f"{zlib.crc32(stored):08x}"


def test_mail_arrives_exactly(start, sink):
    _, host = start(sink.port)
    host.set_up(recipients=((1, "a@example.net"), (2, "b@example.net"), (3, "c@example.net")))
    subject = "Grüße — 你好 " + "ä" * 20
    text = "Zeile eins\r\n.\r\n..zwei\r\nFrom drei\r\n" + "ö" * 1200 + "\r\n"
    octets = bytes(range(256)) * 40
    assert b"OK" in host.command(f'AT+QSMTPSUB=1,"{subject.encode().hex()}"')
    assert host.data("AT+QSMTPBODY=1", text.encode(), b"QSMTPBODY") == len(text.encode())
    assert host.data(f'AT+QSMTPATT="x.bin",{len(octets)},60', octets, b"QSMTPATT") == len(octets)
    assert host.put() == 0
    (arrived,) = sink.wait()
    assert arrived.user == "gw1"
    assert arrived.sender == "gw1@example.net"
    assert arrived.recipients == ["a@example.net", "b@example.net", "c@example.net"]
    assert arrived.header_addresses("To") == ["a@example.net"]
    assert arrived.header_addresses("Cc") == ["b@example.net"]
    assert b"c@example.net" not in arrived.raw
    assert arrived.message["From"] == "Gateway <gw1@example.net>"
    assert arrived.subject == subject
    assert arrived.text == text.replace("\r\n", "\n")
    assert arrived.attachments() == {"x.bin": octets}
    assert arrived.message["Date"] is None and arrived.message["Message-ID"] is None


@pytest.mark.parametrize("charset, codec", [(2, "gb2312"), (3, "big5")])
def test_chinese_charsets_arrive(start, sink, charset, codec):
    emulator, host = start(sink.port)
    host.set_up()
    text = "漢字" if codec == "big5" else "汉字"
    assert b"OK" in host.command(f'AT+QSMTPSUB={charset},"{(text * 20).encode(codec).hex()}"')
    host.data(f"AT+QSMTPBODY={charset}", text.encode(codec), b"QSMTPBODY")
    assert host.put() == 0
    (arrived,) = sink.wait()
    assert arrived.subject == text * 20
    assert arrived.text.strip() == text
    (record,) = [record for record in emulator.records() if record["event"] == "mail"]
    assert record["subject"] == text * 20


@pytest.mark.parametrize("stage", ["rcpt", "data"])
@pytest.mark.parametrize("reply, code", [
    (421, -421), (450, -450), (451, -451), (452, -452), (500, -500), (501, -501), (502, -502),
    (503, -503), (504, -504), (521, -521), (530, -530), (550, -550), (551, -551), (552, -552),
    (553, -553), (554, -554), (455, -1), (571, -1),
])
def test_reply_of_the_server_is_the_result(start, sink, stage, reply, code):
    emulator, host = start(sink.port)
    host.set_up(recipients=((1, f"{stage}-{reply}@example.net"),))
    assert host.put() == code
    assert not sink.mails
    (record,) = [record for record in emulator.records() if record["event"] == "relay"]
    assert (record["reply"], record["result"]) == (reply, code)


def test_wrong_password_is_535(start, sink):
    emulator, host = start(sink.port)
    host.set_up(password="wrong-one")
    assert host.put() == -535
    with open(emulator.log_path, encoding="utf-8") as file:
        log = file.read()
    assert "wrong-one" not in log
    assert "d3Jvbmctb25l" not in log    # nor in base64, as AUTH has it


def test_authentication_can_be_left_out(start):
    server = ScriptedServer([b"250-x\r\n250 8BITMIME\r\n"])
    _, host = start(server.port)
    host.set_up()
    assert b"OK" in host.command("AT+QSMTPCFG=1,0")
    assert host.put() == 0
    assert not [line for line in server.heard if line.startswith(b"AUTH")]


class ScriptedServer:
    """An SMTP server that answers EHLO as told and can hang up at a command."""

    def __init__(self, ehlo=(b"250-x\r\n250 AUTH PLAIN LOGIN\r\n",), greeting=b"220 x\r\n",
                 close_at=None, silent=False):
        self.ehlo, self.greeting, self.close_at, self.silent = ehlo, greeting, close_at, silent
        self.heard = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            connection, _ = self.socket.accept()
            with connection, connection.makefile("rb") as lines:
                try:
                    connection.sendall(b"" if self.silent else self.greeting)
                    self.talk(connection, lines)
                except OSError:
                    pass    # it hung up, as some of the tests want it to

    def talk(self, connection, lines):
        in_data = False
        for line in lines:
            if in_data and line != b".\r\n":
                continue
            verb = b"." if in_data else line[:4].upper()
            self.heard.append(line)
            if verb == self.close_at:
                return
            in_data = verb == b"DATA"
            connection.sendall({
                b"EHLO": self.ehlo[0], b"AUTH": b"334 \r\n", b"DATA": b"354 go on\r\n",
            }.get(verb, b"250 fine\r\n"))
            if verb == b"AUTH":
                lines.readline()
                connection.sendall(b"235 fine\r\n")
            if verb == b"QUIT":
                return


@pytest.mark.parametrize("server, code", [
    ({"ehlo": [b"250-x\r\n250 8BITMIME\r\n"]}, -6),
    ({"ehlo": [b"250-x\r\n250 AUTH CRAM-MD5\r\n"]}, -6),
    ({"greeting": b"554 no service here\r\n"}, -554),
    ({"greeting": b"421 later\r\n"}, -421),
    ({"close_at": b"EHLO"}, -7),
    ({"close_at": b"MAIL"}, -7),
    ({"close_at": b"DATA"}, -7),
    ({"close_at": b"."}, -7),
    ({}, 0),
])
def test_way_it_ends_is_the_result(start, server, code):
    _, host = start(ScriptedServer(**server).port)
    host.set_up()
    assert host.put() == code


def test_nothing_is_sent_without_wanted_authentication(start):
    server = ScriptedServer(ehlo=[b"250-x\r\n250 8BITMIME\r\n"])
    _, host = start(server.port)
    host.set_up()
    assert host.put() == -6
    assert b".\r\n" not in server.heard


def test_refused_connection_is_5(start):
    _, host = start(free_port())
    host.set_up()
    assert host.put() == -5


def test_unknown_name_is_4(folder, start):
    emulator = Emulator(folder, None, options=["--relay", "no-such-host.invalid:25"]).start()
    host = Host(emulator.device)
    host.set_up()
    assert host.put(60) == -4
    host.close()
    assert emulator.stop() == 0


def test_line_is_alive_while_a_mail_is_sent(start):
    _, host = start(ScriptedServer(silent=True).port)
    host.set_up()
    host.command("AT+QSMTPPUT=300")
    assert host.command("AT+CSQ").endswith(b"\r\n+CSQ: 21,0\r\n\r\nOK\r\n")
    assert host.command('AT+QSMTPUSER="x"') == b"\r\nERROR\r\n"
    # A restart of the module ends it.
    host.command("AT+CFUN=1,1")
    host.wait(rb"(?s)\r\nRDY\r\n.*\r\nCall Ready\r\n")
    assert b"OK" in host.command("AT+QSMTPCLR")


def test_mails_are_kept_in_files(folder, start):
    keep = os.path.join(folder, "mails")
    os.mkdir(keep)
    with open(os.path.join(keep, "0001.eml"), "w", encoding="ascii") as file:
        file.write("mine")
    _, host = start(options=["--sink", keep])
    host.set_up()
    assert b"OK" in host.command('AT+QSMTPSUB=0,"Kept"')
    host.data("AT+QSMTPBODY=0", b"text\r\n", b"QSMTPBODY")
    assert host.put() == 0
    assert sorted(os.listdir(keep)) == ["0001.eml", "0002.eml"]
    with open(os.path.join(keep, "0002.eml"), "rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.default)
    assert message["Subject"] == "Kept"
    assert message.get_content().strip() == "text"


def test_host_may_close_and_come_back(start):
    emulator, host = start()
    for _ in range(5):
        assert host.command("AT").endswith(b"OK\r\n")
        other = Host(emulator.device)
        host.send(b"AT+CSQ\r")
        other.wait(rb"CSQ: 21,0\r\n\r\nOK\r\n")
        other.close()
    # Nobody has the tty open but the emulator, which does not spin meanwhile.
    before = cpu_seconds(emulator)
    time.sleep(0.3)
    assert cpu_seconds(emulator) - before < 0.1


def cpu_seconds(emulator):
    with open(f"/proc/{emulator.process.pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_hangup_takes_the_tty_away_and_brings_a_new_one(start):
    emulator, host = start(rules=[{"on": "AT+CSQ", "nth": 1, "hangup": 300}])
    host.command("ATE0")
    host.send(b"AT+CSQ\r")
    poller = select.poll()
    poller.register(host.fd, 0)
    ((_, event),) = poller.poll(5000)
    assert event & select.POLLHUP
    assert not os.path.lexists(emulator.device)
    eventually(lambda: os.path.exists(emulator.device), 5, "the tty")
    again = Host(emulator.device)
    # The module itself has not been away: its echo is still off.
    assert again.command("AT+CSQ") == b"\r\n+CSQ: 21,0\r\n\r\nOK\r\n"
    again.close()


def test_power_key(start):
    emulator, host = start()
    host.command("AT+QPOWD=1", rb"NORMAL POWER DOWN\r\n")
    host.send(b"AT\r")
    time.sleep(0.1)
    assert host.heard == b""
    emulator.process.send_signal(signal.SIGUSR1)
    host.wait(rb"RDY\r\n")
    host.wait(rb"Call Ready\r\n")
    assert host.command("AT").endswith(b"OK\r\n")


def test_content_behind_an_escape_runs_as_a_command_and_is_told(start):
    emulator, host = start()
    host.set_up()
    host.command("AT+QSMTPBODY=1", rb"CONNECT\r\n")
    host.send(b"harmless\r\n+++\r\nATD112;\r\n")
    host.wait(rb"\r\nOK\r\n")
    (danger,) = [record for record in emulator.records() if record["event"] == "danger"]
    assert danger["text"] == "ATD112;"


@pytest.mark.parametrize("baud", [9600, 115200])
def test_line_is_paced_both_ways(start, baud):
    _, host = start(options=["--delay", "0", "--baud", str(baud)])
    host.command("ATE0")
    count = baud // 40
    begin = time.monotonic()
    host.command('AT+QFUPL="f",%d' % count, rb"CONNECT\r\n")
    host.send(os.urandom(count))
    host.wait(rb"\+QFUPL: \d+,[0-9a-f]+\r\n\r\nOK\r\n")
    said = len('AT+QFUPL="f",%d\r\r\nCONNECT\r\n\r\n+QFUPL: %d,abcd\r\n\r\nOK\r\n' % (count, count))
    wanted = (count + said) * 10 / baud
    taken = time.monotonic() - begin
    assert wanted * 0.97 <= taken <= wanted * 1.1 + 0.1


def test_host_takes_back_what_has_not_left(start):
    """A UART that is told to drop its output sends no more of it."""
    emulator, host = start(options=["--delay", "0", "--baud", "9600"])
    host.command("ATE0")
    host.send(b"x" * 3000 + b"\r")    # three seconds of it
    time.sleep(0.3)
    termios.tcflush(host.fd, termios.TCOFLUSH)
    time.sleep(0.3)
    begin = time.monotonic()
    host.send(b"\r")
    assert host.command("AT").endswith(b"OK\r\n")
    assert time.monotonic() - begin < 1
    assert "x" * 1000 not in str(emulator.records())


def test_log_tells_everything_in_order(start, sink):
    emulator, host = start(sink.port)
    host.set_up()
    host.data("AT+QSMTPBODY=1", b"Hello", b"QSMTPBODY")
    assert host.put() == 0
    records = emulator.records()
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", one["time"]) for one in records)
    assert [one["ms"] for one in records] == sorted(one["ms"] for one in records)
    events = [one["event"] for one in records]
    assert {"line", "state", "data", "mail", "smtp", "relay"} <= set(events)
    (data,) = [one for one in records if one["event"] == "data"]
    assert (data["bytes"], data["end"]) == (5, "escape")
    (mail,) = [one for one in records if one["event"] == "mail"]
    assert mail["recipients"] == [{"type": "to", "address": "to@example.net"}]
    assert mail["delivered"] is True
    assert mail["body"]["bytes"] == 5
    assert "secret" not in str(records)


def test_line_is_exact_over_100_kb_both_ways_at_once(start):
    emulator, host = start(options=["--delay", "0", "--baud", "115200"])
    count = 102400
    # What is typed is echoed, also of a line that is far too long.
    typist = threading.Thread(target=host.send, args=(b"x" * count + b"\r",))
    typist.start()
    host.wait(rb"\r\r\nERROR\r\n", 60)
    typist.join()
    octets = count + 1 + len("\r\nERROR\r\n")
    eventually(lambda: said_on_the_line(emulator) >= octets, 5, "the last of them in the log")
    assert said_on_the_line(emulator) == octets
    records = emulator.records()
    (line,) = [one for one in records if one["event"] == "too-long"]
    assert 0.998 <= (line["last_us"] - line["first_us"]) * 11520 / (count + 1) / 1e6 <= 1.002
    left = [one for one in records if one["event"] == "left"]
    taken = left[-1]["last_us"] - left[0]["first_us"]
    assert 0.998 <= taken * 11520 / octets / 1e6 <= 1.002


def said_on_the_line(emulator):
    return sum(one["bytes"] for one in emulator.records() if one["event"] == "left")


def test_log_has_the_times_of_the_line(start):
    emulator, host = start(options=["--delay", "0", "--baud", "115200"])
    host.command("ATE0")
    host.command("AT+CSQ")
    time.sleep(0.05)
    assert host.data("AT+QSMTPBODY=1,60", b"x" * 2000, b"QSMTPBODY") == 2000
    records = emulator.records()
    assert all(one["us"] // 1000 - one["ms"] in (0, 1) for one in records)
    lines = {one["text"]: one for one in records if one.get("from") == "host"
             and one["event"] == "line"}
    left = [one for one in records if one["event"] == "left"]
    signal_line, body = lines["AT+CSQ"], lines["AT+QSMTPBODY=1,60"]
    octets = len("AT+CSQ\r")
    assert abs(signal_line["last_us"] - signal_line["first_us"] - octets * 1e6 / 11520) < 200
    # The answer has left before the next command begins, by as long as we slept.
    (before,) = [one for one in left if one["first_us"] > signal_line["last_us"]][:1]
    assert before["bytes"] == len("\r\n+CSQ: 21,0\r\n\r\nOK\r\n")
    assert before["last_us"] - before["first_us"] > before["bytes"] * 1e6 / 11520 - 1
    assert 50000 <= body["first_us"] - before["last_us"] < 1000000
    (data,) = [one for one in records if one["event"] == "data"]
    assert abs(data["content_us"] - data["first_us"] - 2000 * 1e6 / 11520) < 2000
    assert 0 < data["last_us"] - data["content_us"] < 2000


def test_seed_is_told_and_faults_are_the_same_again(folder, start):
    rules = [{"on": "bytes", "from": "host", "has": "QFUPL", "chance": 0.1, "flip": 1}]
    sums = []
    for number, seed in enumerate(["7", "7", "8"]):
        os.mkdir(os.path.join(folder, str(number)))
        emulator = Emulator(os.path.join(folder, str(number)), rules=rules,
                            options=["--delay", "0", "--seed", seed]).start()
        host = Host(emulator.device)
        host.command('AT+QFUPL="f",300', rb"CONNECT\r\n")
        host.send(bytes(300))
        said = host.wait(rb"\+QFUPL: 300,[0-9a-f]+\r\n\r\nOK\r\n")
        faults = [one["octet"] for one in emulator.records() if one["event"] == "fault"]
        assert 10 <= len(faults) <= 60
        sums.append((said, faults))
        assert emulator.records()[0]["seed"] == int(seed)
        host.close()
        assert emulator.stop() == 0
    assert sums[0] == sums[1] != sums[2]


def set_rate(host, rate):
    settings = termios.tcgetattr(host.fd)
    settings[4] = settings[5] = rate
    termios.tcsetattr(host.fd, termios.TCSANOW, settings)


def test_host_must_find_the_rate(start):
    _, host = start(options=["--delay", "0", "--module-baud", "9600"])
    for rate in (termios.B115200, termios.B57600, termios.B0):
        set_rate(host, rate)
        host.send(b"AT\rAT\r")
        time.sleep(0.2)
        heard = b""
        while select.select([host.fd], [], [], 0)[0]:
            heard += os.read(host.fd, 4096)
        assert b"OK" not in heard
    set_rate(host, termios.B9600)
    host.send(b"\r")
    assert host.command("AT").endswith(b"\r\nOK\r\n")
    # The rate is changed behind OK, and a restart brings the old one back.
    host.command("ATE0")
    host.command("AT+IPR=115200")
    set_rate(host, termios.B115200)
    assert host.command("AT") == b"\r\nOK\r\n"
    host.command("AT+CFUN=1,1")
    set_rate(host, termios.B9600)
    host.wait(rb"\r\nRDY\r\n")


def test_faults_of_octets_and_the_clock(start):
    _, host = start(rules=[
        {"on": "bytes", "from": "module", "has": "CSQ", "at": 6, "nth": 1, "split": 300},
        {"on": "time", "at": 0, "every": 200, "say": "RING"},
        {"on": "time", "at": 0, "network": "searching", "csq": 3},
    ], options=["--delay", "0"])
    host.command("ATE0")
    begin = time.monotonic()
    host.send(b"AT+CSQ\r")
    host.wait(rb"\r\n\+CS")
    assert time.monotonic() - begin < 0.25
    host.wait(rb"Q: 3,0\r\n\r\nOK\r\n")
    assert time.monotonic() - begin >= 0.29
    host.wait(rb"(?s)RING.*RING.*RING\r\n")
    assert b"+CREG: 0,2\r\n" in host.command("AT+CREG?")


def test_tape_of_a_flight_recorder_is_played(start):
    tape = os.path.join(os.path.dirname(__file__), "../data/recorder/one-mail.txt")
    emulator, host = start(options=["--replay", tape, "--replay-speed", "2"])
    time.sleep(0.1)    # until it has said RDY and its like, perhaps before we opened
    host.heard = b""
    for line in ("AT", "ATE0", 'AT+QSMTPUSER="x"', 'AT+QSMTPPWD="y"'):
        assert host.command(line).endswith(b"\r\nOK\r\n")
    host.command('AT+QSMTPDST=1,1,"b@example.org"', rb"\+QSMTPDST: 0\r\n")
    assert host.command("AT+CSQ") == b"\r\nERROR\r\n"
    assert b'1,"a@example.org"' in host.command("AT+QSMTPDST?")
    assert host.data("AT+QSMTPBODY=0,60", b"x" * 24, b"QSMTPBODY") == 24
    begin = time.monotonic()
    host.command("AT+QSMTPPUT=300", rb"(?s)OK.*RING.*\+QSMTPPUT: 0\r\n")
    assert 2.3 <= time.monotonic() - begin <= 4
    states = [one["state"] for one in emulator.records() if one["event"] == "replay"]
    assert states == ["unmatched", "end"]


@pytest.mark.parametrize("text, why", [
    ("0.1 < OK\n0.2 ? what\n", ":2: "), ("", ": nothing is recorded"),
])
def test_wrong_tape_is_refused_with_its_line(folder, text, why):
    tape = os.path.join(folder, "tape")
    with open(tape, "w", encoding="ascii") as file:
        file.write(text)
    done = subprocess.run(
        [program("gsmtp-emulator"), "--replay", tape], capture_output=True, text=True,
        env=environment(), timeout=20, check=False,
    )
    assert done.returncode == 65
    assert f"{tape}{why}" in done.stderr
