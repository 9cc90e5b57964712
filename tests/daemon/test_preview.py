# SPDX-License-Identifier: ISC
"""gsmtpctl preview: what would be sent, without a daemon, shown to people and to programs."""

import email.policy
import os
import re
import subprocess
from email.message import EmailMessage

import pytest

import preview
from house import eventually, program
from tap import Tap

ARRIVED = "1795377300"  # 2026-11-22T19:55:00Z
PLAIN = "From: cron@gw1.example.net\nTo: ops@example.net\nSubject: Disk full\n\n/var is full\n"
CONFIGURATION = """
[daemon]
hostname = gw1.example.net
[recipients]
aliases = {folder}/aliases
default-domain = example.net
allow = *@example.net
[account "main"]
server = smtp.example.net
user = gw1
password-file = smtp-password
address = gw1@example.net
name = Gate<way> 1
[modem "gsm0"]
device = /dev/null
baud = {baud}
plus-guard = {guard}
[content]
{content}
"""


def write(path, text):
    with open(path, "wb") as file:
        file.write(text.encode() if isinstance(text, str) else text)
    return path


@pytest.fixture
def configure(folder):
    """configure(content, baud): the path of a configuration with an alias of root."""
    write(f"{folder}/aliases", "root: admin\n")

    def make(content="", baud=9600, guard="none"):
        text = CONFIGURATION.format(folder=folder, content=content, baud=baud, guard=guard)
        return write(f"{folder}/gsmtpd.conf", text)

    return make


# what is shown


def test_person_sees_each_part_of_a_transaction(configure):
    text = preview.show("-c", configure(), "--now", ARRIVED, "--id", "4Kd2", mail=PLAIN)
    expected = r"""
Transaction 1 of 1
  From         "Gateway 1" <gw1@example\.net>
  To           ops@example\.net
  Subject      Disk full
               \(US-ASCII, 9 octets\)
  Body         \(US-ASCII, \d+ octets\)
  \| \[From cron@gw1\.example\.net, .*, via gw1\.example\.net, id 4Kd2\]
  \|
  \| /var is full
  Takes        \d+ octets and about \S+ m?s on the line, about \S+ octets over the air

In all: 1 transaction, \d+ octets and about \S+ m?s on the line, about \S+ octets over the air
"""
    assert re.fullmatch(expected, text), text


def test_program_sees_the_same(configure):
    document, (only,) = preview.read("-c", configure("header-preamble = none"), mail=PLAIN)
    assert document["from"] == '"Gateway 1" <gw1@example.net>'
    assert document["fault"] is None and document["remarks"] == []
    assert only.recipients == {"to": ["ops@example.net"]}
    assert (only.subject, only.body) == ("Disk full", "/var is full\r\n")
    assert only.charsets == ("US-ASCII", "US-ASCII")
    assert only.attachments == {} and only.notes == []


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("front", ["", "From cron Sun Nov 22 20:55:00 2026\n"])
@pytest.mark.parametrize("way", ["file", "input", "dash"])
def test_mail_may_come_in_any_way(folder, configure, ends, front, way):
    mail = (front + PLAIN).replace("\n", ends).encode()
    configuration = configure("header-preamble = none")
    if way == "file":
        arguments, given = [write(f"{folder}/mail", mail)], b""
    else:
        arguments, given = ["-"] if way == "dash" else [], mail
    _, (only,) = preview.read("-c", configuration, *arguments, mail=given)
    assert only.body == "/var is full\r\n"
    assert only.recipients == {"to": ["ops@example.net"]}


def test_controls_never_reach_the_terminal(configure):
    mail = "To: ops@example.net\nSubject: =?utf-8?q?=1B]0;x=07=C2=9B1m?=\n\n"
    mail += "\x1b[2J\x07\x9b\u202etxt\n"
    mail += 'Content: "\x08\x7f"\n'
    text = preview.show("-c", configure(), mail=mail)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert "txt" in text
    raw = preview.run("--json", "-c", configure(), mail=mail).stdout
    assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f-\xff]", raw)


def test_chinese_is_shown_as_it_is_written(configure):
    message = EmailMessage(policy=email.policy.SMTP)
    message["To"], message["Subject"] = "ops@example.net", "磁盘已满"
    message.set_content("服务器磁盘已满。\n" * 3)
    text = preview.show("-c", configure("header-preamble = none"), mail=message.as_bytes())
    assert "磁盘已满" in text and text.count("服务器磁盘已满。") == 3


def test_attachments_come_byte_for_byte(configure):
    message = EmailMessage()
    message["To"], message["Subject"] = "ops@example.net", "files"
    message.set_content("two files\n")
    octets = bytes(range(256)) * 4
    message.add_attachment(octets, "application", "octet-stream", filename="all.bin")
    message.add_attachment(b"one\n", "application", "octet-stream", filename="log.txt")
    _, (only,) = preview.read("-c", configure(), mail=message.as_bytes())
    assert only.attachments == {"all.bin": octets, "log.txt": b"one\n"}
    text = preview.show("-c", configure(), mail=message.as_bytes())
    assert "Attachments  all.bin, 1024 octets\n               log.txt, 4 octets\n" in text


# for whom


def test_recipients_are_those_of_the_header(configure):
    mail = (
        "To: Root <root>\nCc: a@example.net,\n b@example.net\nBcc: c@example.net, d@example.net\n"
        "Subject: x\n\nhello\n"
    )
    _, (shown, hidden) = preview.read("-c", configure(), mail=mail)
    assert shown.recipients == {
        "to": ["admin@example.net"],
        "cc": ["a@example.net", "b@example.net"],
    }
    assert hidden.recipients == {"bcc": ["c@example.net", "d@example.net"]}
    text = preview.show("-c", configure(), mail=mail)
    assert "To           admin@example.net (for root)\n" in text
    assert "Hidden       c@example.net\n               d@example.net\n" in text


def test_recipients_given_replace_those_of_the_header(configure):
    _, (only,) = preview.read(
        "-c", configure(), "--to", "x@example.net", "--to", "root", mail=PLAIN
    )
    # Of several that the header does not name none is shown to another.
    assert only.recipients == {"bcc": ["x@example.net", "admin@example.net"]}


def test_resent_mail_goes_to_whom_it_is_resent(configure):
    mail = "Resent-To: new@example.net\n" + PLAIN
    _, (only,) = preview.read("-c", configure(), mail=mail)
    assert only.recipients == {"to": ["new@example.net"]}


def test_recipient_that_would_be_refused_is_said(configure):
    mail = PLAIN.replace("ops@example.net", "ops@example.net, spy@elsewhere.org")
    document, (only,) = preview.read("-c", configure(), mail=mail)
    assert only.recipients == {"to": ["ops@example.net"]}
    (remark,) = document["remarks"]
    assert remark.startswith("spy@elsewhere.org would be refused")


@pytest.mark.parametrize(
    "mail", ["Subject: x\n\nhello\n", "", "just text\n", PLAIN.replace("ops@", "spy@else.")]
)
def test_mail_for_nobody_is_shown_all_the_same(configure, mail):
    document, (only,) = preview.read("-c", configure(), mail=mail)
    assert only.recipients == {"to": ["somebody@example.invalid"]}
    assert "it has no recipient" in document["remarks"][-1]


def test_twenty_one_recipients_take_two_transactions(configure):
    to = [f"user{number}@example.net" for number in range(21)]
    arguments = [word for address in to for word in ("--to", address)]
    mail = PLAIN.replace("ops@example.net", ", ".join(to))
    _, transactions = preview.read("-c", configure(), *arguments, mail=mail)
    assert [len(one.recipients["to"]) for one in transactions] == [20, 1]


# the options of the configuration


def test_options_of_content_hold(configure):
    message = EmailMessage()
    message["To"], message["Subject"] = "ops@example.net", "x"
    message.set_content("".join(f"line {number}\n" for number in range(3000)))
    message.add_alternative("<p>HTML</p>", subtype="html")
    _, pages = preview.read("-c", configure("oversize = split"), mail=message.as_bytes())
    assert len(pages) > 2
    _, transactions = preview.read("-c", configure("original = yes"), mail=message.as_bytes())
    assert any("message.eml.gz" in one.attachments for one in transactions)
    _, transactions = preview.read("-c", configure("html = attach"), mail=message.as_bytes())
    assert any("message.html" in one.attachments for one in transactions)


def test_mail_that_would_fail_for_its_size_is_told(configure):
    mail = PLAIN + "x\n" * 10000
    done = preview.run("-c", configure("oversize = reject"), mail=mail, status=65)
    assert done.stdout == b""
    assert b"nothing would be sent" in done.stderr


def test_what_the_module_takes_can_be_given(configure):
    message = EmailMessage()
    message["To"], message["Subject"] = "ops@example.net", "x"
    message.set_content("hello\n")
    # Nothing in it that a module could take for a command: it goes as it is.
    octets = bytes(range(256)) * 600
    message.add_attachment(octets, "application", "octet-stream", filename="a.bin")
    _, transactions = preview.read("-c", configure(), mail=message.as_bytes())
    assert all(sum(map(len, one.attachments.values())) <= 102400 for one in transactions)
    _, transactions = preview.read(
        "-c", configure(), "--attachments-max", "200000", mail=message.as_bytes()
    )
    assert [one.attachments for one in transactions] == [{"a.bin": octets}]


def test_missing_configuration_is_said(folder):
    document, (only,) = preview.read("-c", f"{folder}/none.conf", mail=PLAIN)
    assert "none.conf cannot be read (No such file or directory)" in document["remarks"][0]
    assert document["from"] is None
    assert only.recipients == {"to": ["ops@example.net"]}
    text = preview.show("-c", f"{folder}/none.conf", mail=PLAIN)
    assert text.startswith("Note: ")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_ordinary_user_who_may_read_nothing_gets_a_preview(folder, configure):
    configuration = configure()
    os.chmod(configuration, 0o600)
    os.chmod(folder, 0o755)
    mail = PLAIN.replace("From: cron@gw1.example.net\n", "")
    document, (only,) = preview.read(
        "-c", configuration, "--now", ARRIVED, mail=mail, **preview.as_nobody()
    )
    assert "cannot be read (Permission denied)" in document["remarks"][0]
    assert only.body.startswith("[From nobody@")


def test_mistakes_in_the_configuration_are_said(configure):
    document, (only,) = preview.read("-c", configure("shape = round"), mail=PLAIN)
    assert "has mistakes" in document["remarks"][0]
    assert "shape" in document["remarks"][1]
    assert document["from"] == '"Gateway 1" <gw1@example.net>'


# when it cannot be composed


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(
    "script, reason",
    [
        ("exit 70", "ended with status 70"),
        ("echo 'no memory' >&2; exit 71", "ended with status 71: no memory"),
        ("printf 'bad\\033[2J' >&2; exit 71", "ended with status 71: bad\\x1b[2J"),
        ("kill -SEGV $$", "ended by signal 11"),
        ("echo rubbish", "a list begins otherwise"),
        ("yes | head -c 80000000", "it wrote too much"),
        ("yes y >&2 & sleep 1; exit 70", "ended with status 70: y"),
        ("exit 65", "ended with status 65"),
    ],
)
def test_excerpt_is_shown_when_compose_fails(folder, configure, script, reason):
    compose = write(f"{folder}/compose", f"#!/bin/sh\ncat >/dev/null\n{script}\n")
    os.chmod(compose, 0o755)
    document, (only,) = preview.read("-c", configure(), "--compose", compose, mail=PLAIN)
    if reason == "a list begins otherwise":
        assert document["fault"]
    else:
        assert document["fault"] == reason
    assert only.subject == "Excerpt of mail (preview): Disk full"
    assert "/var is full" in only.body and "could not be taken apart" in only.body
    text = preview.show("-c", configure(), "--compose", compose, mail=PLAIN)
    assert text.startswith("The mail cannot be composed (")


def test_missing_compose_is_said(configure):
    document, (only,) = preview.read("-c", configure(), "--compose", "/no/compose", mail=PLAIN)
    assert document["fault"] == "/no/compose cannot be started: No such file or directory"
    assert only.subject.startswith("Excerpt")


def test_compose_that_hangs_is_ended(folder, configure):
    compose = write(f"{folder}/compose", f"#!/bin/sh\necho $$ >{folder}/pids\n"
                    f"sleep 600 & echo $! >>{folder}/pids\nsleep 600\n")
    os.chmod(compose, 0o755)
    document, _ = preview.read("-c", configure(), "--compose", compose, mail=PLAIN)
    assert document["fault"] == "killed after 30 s"
    with open(f"{folder}/pids") as file:
        pids = file.read().split()
    assert len(pids) == 2
    eventually(lambda: not any(is_running(pid) for pid in pids), 5, "its end")


def test_large_mail_passes_the_pipes(configure):
    message = EmailMessage()
    message["To"], message["Subject"] = "ops@example.net", "x"
    message.set_content("hello\n")
    message.add_attachment(os.urandom(1000000), "application", "octet-stream", filename="a.bin")
    document, transactions = preview.read(
        "-c", configure(), "--attachments-max", "1048576", mail=message.as_bytes()
    )
    assert document["fault"] is None and len(transactions) == 1


# mistakes of the caller


@pytest.mark.parametrize(
    "arguments",
    [
        ["a", "b"],
        ["--now", "yesterday"],
        ["--attachments-max", "1048577"],
        ["--attachments-max", "-1"],
        ["--wrong"],
        ["--all"],
        ["--to"],
    ],
)
def test_wrong_usage(arguments):
    done = preview.run(*arguments, mail=PLAIN, status=64)
    assert done.stdout == b"" and b"gsmtpctl: " in done.stderr


def test_options_of_preview_are_for_preview():
    done = subprocess.run(
        [program("gsmtpctl"), "--to", "a@b", "check"], capture_output=True, check=False
    )
    assert done.returncode == 64 and b"for preview" in done.stderr


def test_file_that_cannot_be_read(folder):
    for path, why in ((f"{folder}/none", b"No such file"), (folder, b"Is a directory")):
        done = preview.run(path, status=66)
        assert why in done.stderr and done.stdout == b""


def test_mail_larger_than_the_daemon_takes(configure):
    limit = 2 << 20
    filler = b"x\r\n" * ((limit - len(PLAIN) - 5) // 3)
    mail = PLAIN.encode().replace(b"\n", b"\r\n") + filler
    preview.read("-c", configure(), mail=mail)
    done = preview.run("-c", configure(), mail=mail + b"x" * 90, status=65)
    assert b"larger than max-message-size" in done.stderr
    # LF that becomes CRLF counts as CRLF.
    preview.run("-c", configure(), mail=PLAIN.encode() + b"\n" * (limit // 2), status=65)


def test_full_output_is_told():
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [program("gsmtpctl"), "-c", preview.MISSING, "preview"],
            input=PLAIN.encode(), stdout=full, stderr=subprocess.PIPE, check=False,
        )
    assert done.returncode == 74 and b"cannot be written" in done.stderr


def test_it_leaves_nothing_behind(folder, configure):
    configuration = configure()
    before = sorted(os.listdir(folder))
    preview.show("-c", configuration, mail=PLAIN, cwd=folder)
    assert sorted(os.listdir(folder)) == before


# what it takes, against what really passes on the line


class Meter:
    """What passes on the line of a tap."""

    def __init__(self, tap):
        self.octets = b""
        tap.from_host = tap.from_module = self._count

    def _count(self, octets):
        self.octets += octets
        return octets

    def mail(self):
        """From the first command of the mail to the result."""
        ends = list(re.finditer(rb"\+QSMTPPUT: ?0\r\n", self.octets))
        end = ends[-1].end()
        begin = self.octets.rindex(b"AT+QSMTPCLR\r", 0, end)
        tail = re.match(rb'(AT\+QFDEL="[^"]*"\r\r\nOK\r\n)*', self.octets[end:])
        return self.octets[begin : end + tail.end()]


def built(text="hello\n", files=(), subject="Disk full"):
    message = EmailMessage()
    message["From"] = "root@gw1.example.net"
    message["To"], message["Subject"] = "ops@example.net, b@example.net", subject
    message.set_content(text)
    for name, octets in files:
        message.add_attachment(octets, "application", "octet-stream", filename=name)
    return message.as_bytes()


@pytest.fixture
def tap(folder, make_emulator):
    lines = []

    def make(*options):
        emulator = make_emulator(options=("--delay", "5", *options))
        lines.append(Tap(folder, emulator.device))
        return lines[0]

    yield make
    for line in lines:
        line.close()


@pytest.mark.parametrize(
    "mail, attachments",
    [
        (built(), "line"),
        (built("ä" * 70 + "\n", subject="Füllstand"), "line"),
        (built("line of text\n" * 700), "line"),
        (built(files=[("a.bin", bytes(range(256)) * 60), ("b.txt", b"one\n")]), "line"),
        (built(files=[("a.bin", bytes(range(256)) * 60), ("b.txt", b"one\n")]), "store"),
    ],
    ids=["short", "unicode", "long", "files", "stored"],
)
def test_octets_on_the_line_are_those_that_pass(make_daemon, tap, sink, mail, attachments):
    # At the pace of a real line: what answers faster than it can have heard is asked again.
    line = tap("--baud", "115200")
    daemon = make_daemon(line.device, modem={"attachments": attachments})
    daemon.start()
    meter = Meter(line)
    daemon.sendmail("-t", mail=mail)
    sink.wait(1)
    daemon.wait_empty()
    eventually(lambda: b"+QSMTPPUT: 0" in meter.octets, 20, "the result")
    _, (only,) = preview.read("-c", daemon.configuration, "--id", "0123456789A", mail=mail)
    passed = len(meter.mail())
    assert abs(only.line_octets - passed) <= 0.03 * passed, (only.line_octets, meter.mail())


def test_seconds_on_the_line_are_those_of_a_slow_one(make_daemon, make_emulator, sink):
    emulator = make_emulator(options=("--delay", "5", "--baud", "9600"))
    daemon = make_daemon(emulator.device, modem={"baud": "9600", "attachments": "line"}).start()
    mail = built("line of text\n" * 500)
    daemon.sendmail("-t", mail=mail)
    sink.wait(1)
    daemon.wait_empty()
    times = {record["text"].split("=")[0]: record["us"] for record in emulator.records()
             if record.get("event") == "line" and record.get("from") == "host"}
    took = (times["AT+QSMTPPUT"] - times["AT+QSMTPCLR"]) / 1e6
    _, (only,) = preview.read("-c", daemon.configuration, "--id", "0123456789A", mail=mail)
    assert 0.8 * took < only.line_seconds < 1.3 * took + 1


def test_octets_over_the_air_are_more_than_the_mail_that_arrives(make_daemon, emulator, sink):
    daemon = make_daemon(emulator.device, modem={"attachments": "line"}).start()
    mail = built(files=[("a.bin", bytes(range(256)) * 100)])
    daemon.sendmail("-t", mail=mail)
    (arrived,) = sink.wait(1)
    daemon.wait_empty()
    _, (only,) = preview.read("-c", daemon.configuration, "--id", "0123456789A", mail=mail)
    assert len(arrived.raw) < only.air_octets < 1.1 * len(arrived.raw) + 3000
