# SPDX-License-Identifier: ISC
"""What gsmtpctl preview said is what arrives: recipients, subject, body, attachments, From, octet
for octet, in each transaction. Recorded mails and built ones go through the daemon, the module and
the far server; the preview is asked with the identifier that the daemon gave."""

import email.policy
import email.utils
import glob
import gzip
import os
import random
import re
import smtplib
import time
from email.message import EmailMessage

import pytest

import preview
from house import eventually

MAILS = os.path.join(os.path.dirname(__file__), "../data/mails")
RECORDED = sorted(glob.glob(MAILS + "/*.eml"))
SENDER = "root@gw1.example.net"


def octets(count, seed=1):
    return random.Random(seed).randbytes(count)


def build(text="hello\n", subject="Disk full", html=None, files=(), **header):
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = "Root <root@gw1.example.net>"
    for name, value in ({"To": "ops@example.net"} | header).items():
        message[name] = value
    message["Subject"] = subject
    message.set_content(text, cte="base64")
    if html and text:
        message.add_alternative(html, subtype="html", cte="base64")
    elif html:
        message.set_content(html, subtype="html", cte="base64")
    for name, content in files:
        message.add_attachment(content, "application", "octet-stream", filename=name)
    return message.as_bytes()


HTML = (
    "<h1>Report</h1><p>Disk <b>full</b>, see <a href='https://example.net/a?b=1'>here</a>.</p>"
    "<table><tr><th>disk</th><th>use</th></tr><tr><td>sda</td><td>93 %</td></tr></table>"
)
LOG = "".join(f"Nov 22 19:{i // 60 % 60:02}:{i % 60:02} vm kernel: line {i}\n" for i in range(6000))
MANY = ", ".join(f"user{number}@example.net" for number in range(21))
PATCH = "--- a/x\n+++ b/x\n@@ -1 +1 @@\nATZ\nat+cfun=0\nA/\n.\n..\n++++++\n+\n"

BUILT = {
    "plain": build(),
    "HTML alone": build(text="", html=HTML),
    "HTML beside text": build(html=HTML),
    "twelve attachments": build(files=[(f"{i}.bin", octets(700 + i, i)) for i in range(12)]),
    "attachments beyond the line": build(
        files=[("a.bin", octets(90000)), ("b.bin", octets(60000, 2)), ("c.txt", b"c\n" * 40000)]
    ),
    "one attachment beyond the line": build(files=[("big.bin", octets(250000))]),
    "attachments that would end data": build(
        files=[("a.patch", PATCH.encode()), ("b.bin", b"+++AT\r\nATH\r\n+++"), ("c.bin", b"+")]
    ),
    "an empty attachment": build(files=[("empty.txt", b"")]),
    "names of all kinds": build(
        files=[("Übersicht.txt", b"1"), ("../../etc/passwd", b"2"), ("a.txt", b"3"), ("a.txt", b"4")]
    ),
    "a big log": build(LOG),
    "a text of one line": build("x" * 30000 + "\n"),
    "a patch": build(PATCH),
    "To, Cc and hidden": build(
        To="ops@example.net, Root <root@gw1.example.net>",
        Cc="a@example.net",
        Bcc="b@example.net, c@example.net",
    ),
    "twenty-one recipients": build(To=MANY),
    "Chinese": build("服务器磁盘已满，请尽快处理。\n" * 3, "磁盘已满"),
    "long Chinese": build("服务器磁盘已满，请尽快处理。\n" * 280, "服务器磁盘已满请尽快处理" * 4),
    "Japanese": build("ディスクの空き容量がありません。\n", "ディスクの空き容量がありません"),
    "a subject that is too long": build(subject="Füllstand über Grenzwert: " * 12),
    "emoji": build("😀 e\u0301 👨\u200d👩\u200d👧\n" * 40, "😀 disk"),
    "nothing": build(""),
}

EXCERPT = b"[This mail could not be"
EXCERPT_SAME = 9000
RECEIVED = re.compile(rb"^ ?Received: from .*\r\n(?:[ \t].*\r\n)*", re.MULTILINE)
DATE = re.compile(rb"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}")
MASK = re.compile(
    rb"taken (\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"
)


def masked(text):
    """When a mail was taken is told in it, also as the Date that it may have got then; the second
    in which that was is nobody's to know. Nor is who handed it in: here that is smtplib."""
    text = DATE.sub(masked_date, MASK.sub(b"taken then", RECEIVED.sub(b"", text)))
    # Where an excerpt is cut depends on the length of that field.
    return text[:EXCERPT_SAME] if text.startswith(EXCERPT) else text


def masked_date(match):
    when = email.utils.parsedate_to_datetime(match.group().decode())
    return b"just now" if abs(when.timestamp() - time.time()) < 300 else match.group()


def masked_files(files):
    return sorted(
        # A file of the module's store keeps the name that it has there, as preview remarks.
        (name.removeprefix("gsmtpd-"),
         masked(gzip.decompress(octets)) if name.endswith("message.eml.gz") else octets)
        for name, octets in files.items()
    )


def told(one):
    """A transaction of the preview."""
    return (
        sorted(address for addresses in one.recipients.values() for address in addresses),
        sorted(one.recipients.get("to", [])),
        sorted(one.recipients.get("cc", [])),
        one.subject,
        masked(one.body.encode(one.charsets[1])),
        masked_files(one.attachments),
    )


def arrived(mail):
    """The same of a mail at the far server."""
    message = mail.message
    body = message.get_body(preferencelist=("plain",))
    return (
        sorted(mail.recipients),
        sorted(mail.header_addresses("To")),
        sorted(mail.header_addresses("Cc")),
        message["Subject"],
        masked(body.get_payload(decode=True)),
        masked_files(mail.attachments()),
    )


def submit(daemon, mail, recipients):
    """By SMTP, as it is; the queue's identifier."""
    with smtplib.SMTP("127.0.0.1", daemon.port) as client:
        client.ehlo()
        client.mail(SENDER)
        for recipient in recipients:
            code, answer = client.rcpt(recipient)
            assert code == 250, answer
        # Of octets whose lines end with LF smtplib takes the last line for not ended.
        code, answer = client.data(re.sub(rb"\r?\n", b"\r\n", mail))
        assert code == 250, answer
    return re.fullmatch(rb"2\.0\.0 queued as (\S+)", answer).group(1).decode()


def check(daemon, sink, mail, *arguments):
    """Sends it, and compares what arrives with the preview; gives the preview."""
    arguments = ("-c", daemon.configuration, "--from", SENDER, *arguments)
    document, _ = preview.read(*arguments, mail=mail)
    recipients = [
        recipient["original"]
        for transaction in document["transactions"]
        for recipient in transaction["recipients"]
    ]
    before = len(sink.mails)
    id = submit(daemon, mail, dict.fromkeys(recipients))
    now = str(int(time.time()))
    document, transactions = preview.read(*arguments, "--id", id, "--now", now, mail=mail)
    daemon.wait_empty(timeout=120)
    mails = sink.mails[before:]
    for one in mails:
        assert re.search(rb"^From: (.*)\r\n", one.raw).group(1).decode() == document["from"]
    expected, got = sorted(map(told, transactions)), sorted(map(arrived, mails))
    for one, other in zip(expected, got):
        for said, came in zip(one, other):
            assert said == came
    assert len(expected) == len(got)
    return document, transactions


@pytest.fixture
def make_house(make_daemon, make_emulator):
    def make(modem=(), options=(), **content):
        emulator = make_emulator(options=("--delay", "2", *options))
        daemon = make_daemon(
            emulator.device, content=content, modem={"attachments": "line"} | dict(modem)
        )
        with open(daemon.folder + "/aliases", "w") as file:
            file.write("root: admin@example.org\n")
        return daemon

    return make


@pytest.mark.parametrize("path", RECORDED, ids=[os.path.basename(path) for path in RECORDED])
def test_recorded_mail_arrives_as_previewed(make_house, sink, path):
    with open(path, "rb") as file:
        mail = file.read()
    if b"To: " not in mail:
        mail = b"To: ops@example.net\n" + mail
    check(make_house().start(), sink, mail)


@pytest.mark.parametrize("name", BUILT)
def test_built_mail_arrives_as_previewed(make_house, sink, name):
    check(make_house().start(), sink, BUILT[name])


@pytest.mark.parametrize(
    "content",
    [
        {"oversize": "split"},
        {"hidden": "separate"},
        {"header_preamble": "none"},
        {"header_preamble": "full"},
        {"html": "attach"},
        {"html": "both"},
        {"original": "yes"},
    ],
    ids=lambda content: " ".join(*content.items()),
)
def test_mail_arrives_as_previewed_under_each_option(make_house, sink, content):
    daemon = make_house(**content).start()
    for name in ("HTML alone", "HTML beside text", "a big log", "To, Cc and hidden"):
        check(daemon, sink, BUILT[name])


def test_what_the_file_store_takes_arrives_as_previewed(make_house, sink):
    daemon = make_house(modem={"attachments": "auto"}).start()
    modem = eventually(
        lambda: next((one for one in daemon.api("/v1/modems")["modems"]
                      if one["file_store_free"]), None), 20, "the file store")
    free = modem["file_store_free"]
    room = str(free - free // 10 - 10 * 4096)
    check(daemon, sink, BUILT["one attachment beyond the line"], "--attachments-max", room)
    document, transactions = check(
        daemon, sink, BUILT["attachments beyond the line"], "--attachments-max", room
    )
    assert max(sum(map(len, one.attachments.values())) for one in transactions) > 102400
    assert "file store" in document["remarks"][-1]
    assert all(name.startswith("gsmtpd-") for one in sink.mails for name in one.attachments())


def test_excerpt_arrives_as_previewed(make_house, sink, folder):
    compose = folder + "/compose"
    with open(compose, "w") as file:
        file.write("#!/bin/sh\necho 'cannot do it' >&2\nexit 70\n")
    os.chmod(compose, 0o755)
    daemon = make_house()
    daemon.compose, daemon.may_excerpt = compose, True
    daemon.start()
    for name in ("plain", "To, Cc and hidden", "a big log", "Chinese"):
        document, _ = check(daemon, sink, BUILT[name], "--compose", compose)
        assert document["fault"] == "ended with status 70: cannot do it"


def test_comparison_finds_what_differs(make_house, sink, monkeypatch):
    """A preview that is wrong in one octet is not taken for right."""
    daemon = make_house().start()
    read = preview.read

    def wrong(*arguments, **more):
        document, transactions = read(*arguments, **more)
        transactions[-1].attachments["a.patch"] += b"."
        return document, transactions

    monkeypatch.setattr(preview, "read", wrong)
    with pytest.raises(AssertionError):
        check(daemon, sink, build(files=[("a.patch", b"patch\n")]))
