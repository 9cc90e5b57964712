# SPDX-License-Identifier: ISC
"""gsmtpd-compose: mails in, transactions out."""

import email.policy
import gzip
import hashlib
import os
import random
import subprocess
import time
from email.message import EmailMessage

import pytest

from compose import ARRIVED, compose, run, spool_file
from house import eventually, program

MAILS = os.path.join(os.path.dirname(__file__), "..", "data", "mails")
BARE = ("--preamble", "none")
ZWJ = "\u200d"


def sample(name):
    with open(os.path.join(MAILS, name), "rb") as file:
        return file.read().replace(b"\n", b"\r\n")


def one(content, *options, **more):
    transactions = compose(content, *options, **more)
    assert len(transactions) == 1
    return transactions[0]


def simple(text="text\n", subject="subject", to="ops@example.net"):
    return f"From: root@gw1.example.net\nTo: {to}\nSubject: {subject}\n\n{text}"


def with_files(*files, text="text\n"):
    message = EmailMessage(policy=email.policy.SMTP)
    message["To"] = "ops@example.net"
    message["Subject"] = "files"
    message.set_content(text, cte="8bit")
    for name, octets in files:
        message.add_attachment(octets, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


# subjects


@pytest.mark.parametrize(
    "subject, charset, arrives",
    [
        ("disk full", 0, "disk full"),
        ("", 0, ""),
        ("x" * 100, 0, "x" * 100),
        ("x" * 101, 0, "x" * 97 + "..."),
        ('say "hello"', 1, 'say "hello"'),
        ("=?utf-8?q?=C3=BC?=", 1, "ü"),
        ("ü" * 50, 1, "ü" * 50),
        ("ü" * 51, 1, "ü" * 48 + "…"),
        ("=?utf-8?q?a=0D=0Ab=07c?=", 0, "a  b c"),
        ("=?iso-8859-1?q?Gr=FC=DFe?= =?utf-8?b?w7w=?=", 1, "Grüßeü"),
    ],
)
def test_subject(subject, charset, arrives):
    transaction = one(simple(subject=subject), *BARE)
    assert (transaction.subject_charset, transaction.subject) == (charset, arrives)
    if len(arrives) == len(subject) or subject.startswith("="):
        assert transaction.body == "text\r\n"


def test_a_cut_subject_is_whole_in_the_first_line():
    subject = "Ü" * 60 + " end"
    transaction = one(simple(subject=subject), *BARE)
    assert transaction.body == f"Subject: {subject}\r\n\r\ntext\r\n"


def test_an_endless_subject_is_whole_in_the_attachment():
    subject = " ".join(f"word{i}" for i in range(5000))
    transaction = one(simple(subject=subject), *BARE)
    whole = gzip.decompress(transaction.attachments["message.txt.gz"]).decode()
    assert whole == f"Subject: {subject}\r\n\r\ntext\r\n"


def test_a_cut_subject_with_the_escape_is_whole_in_the_attachment():
    subject = "+++ " * 30
    transaction = one(simple(subject=subject), *BARE)
    whole = gzip.decompress(transaction.attachments["message.txt.gz"]).decode()
    assert whole == f"Subject: {subject.strip()}\r\n\r\ntext\r\n"


# bodies


@pytest.mark.parametrize(
    "text, charset, arrives",
    [
        ("text\n", 0, "text\r\n"),
        ("no end", 0, "no end\r\n"),
        ("", 0, "\r\n"),
        ("a\n\n\nb\n", 0, "a\r\n\r\n\r\nb\r\n"),
        ("Grüße 50 €\n", 1, "Grüße 50 €\r\n"),
    ],
)
def test_body_as_it_came(text, charset, arrives):
    transaction = one(simple(text), *BARE)
    assert (transaction.body_charset, transaction.body) == (charset, arrives)
    assert transaction.attachments == {} and transaction.note == ""


@pytest.mark.parametrize(
    "text, arrives",
    [
        ("ATZ\n", " ATZ\r\n"),
        ("x\nat once\n", "x\r\n at once\r\n"),
        ("A/B test\n", " A/B test\r\n"),
        (".\n..\n", " .\r\n ..\r\n"),
        ("+++\n", f"++{ZWJ}+\r\n"),
        ("a+++++++b\n", f"a++{ZWJ}++{ZWJ}++{ZWJ}+b\r\n"),
        ("\x1b[31mred\x1b[0m\n", "?[31mred?[0m\r\n"),
    ],
)
def test_body_made_safe_rides_along_exactly(text, arrives):
    transaction = one(simple(text), *BARE)
    assert transaction.body == arrives
    whole = gzip.decompress(transaction.attachments["message.txt.gz"])
    assert whole == text.replace("\n", "\r\n").encode()


@pytest.mark.parametrize("octets", [10239, 10240, 10241])
def test_body_at_the_edge(octets):
    lines = []
    left = octets
    while left > 80:
        lines.append("y" * 62)
        left -= 64
    lines.append("z" * (left - 2))
    text = "\n".join(lines) + "\n"
    transaction = one(simple(text), *BARE)
    if octets <= 10240:
        assert transaction.body == text.replace("\n", "\r\n")
        assert transaction.attachments == {}
    else:
        assert len(transaction.raw_body) < 10240
        assert gzip.decompress(transaction.attachments["message.txt.gz"]).decode() == text.replace(
            "\n", "\r\n"
        )


def test_a_long_log_keeps_both_ends():
    text = "".join(f"line {i}: all is well\n" for i in range(20000)) + "FATAL: disk gone\n"
    transaction = one(simple(text), *BARE)
    assert transaction.body.startswith("line 0: all is well\r\n")
    assert transaction.body.endswith("\r\nFATAL: disk gone\r\n")
    assert "octets" in transaction.body and "message.txt.gz ...]" in transaction.body
    # Cut between lines: every other line is one of the log's.
    wanted = set(text.split("\n"))
    odd = [line for line in transaction.body.split("\r\n") if line not in wanted]
    assert len(odd) == 1 and odd[0].startswith("[... ")
    whole = gzip.decompress(transaction.attachments["message.txt.gz"]).decode()
    assert whole == text.replace("\n", "\r\n")


def test_a_text_too_large_even_for_an_attachment_is_named():
    noise = random.Random(1).randbytes(150000).hex()
    text = "\n".join(noise[i : i + 70] for i in range(0, len(noise), 70)) + "\n"
    transaction = one(simple(text), *BARE)
    assert transaction.attachments == {}
    exact = text.replace("\n", "\r\n").encode()
    assert f"{len(exact)} octets, SHA-256 {hashlib.sha256(exact).hexdigest()}]" in transaction.body


def test_oversize_reject():
    result = run(spool_file(simple("x\n" * 9000).encode(), ["ops@example.net"]), "--oversize", "reject")
    assert result.returncode == 65
    assert result.stdout == b""
    assert result.stderr == b"gsmtpd-compose: the body is larger than the module can carry\n"


def test_oversize_split():
    text = "".join(f"line {i}\n" for i in range(3000))
    pages = compose(simple(text), "--oversize", "split", "--preamble", "none", "--id", "4K2X")
    assert len(pages) == 4
    for number, page in enumerate(pages, 1):
        head, _, rest = page.body.partition("\r\n\r\n")
        assert head == f"[page {number} of 4 of mail 4K2X]"
        page.body = rest
        assert page.attachments == {}
    assert "".join(page.body for page in pages) == text.replace("\n", "\r\n")


def test_oversize_split_of_a_changed_text():
    text = "".join(f".line {i}\n" for i in range(3000))
    pages = compose(simple(text), "--oversize", "split", "--uncertain", "--id", "4K2X")
    assert len(pages) > 3
    assert all(page.body.startswith("[possible duplicate of 4K2X") for page in pages)
    assert gzip.decompress(pages[0].attachments["message.txt.gz"]).decode() == text.replace("\n", "\r\n")
    assert all(page.attachments == {} for page in pages[1:])


# the preamble


def test_short_preamble():
    transaction = one(
        "From: Root <root@gw1>\nDate: Sun, 22 Nov 2026 20:55:00 +0100\nSubject: s\n\ntext\n",
        "--id", "4K2X", "--hostname", "gw1.example.net", "--now", str(ARRIVED + 22320),
    )  # fmt: skip
    assert transaction.body == (
        "[From Root <root@gw1>, Sun, 22 Nov 2026 20:55:00 +0100 (19:55 UTC), "
        "via gw1.example.net, id 4K2X, 6 h 12 min late]\r\n\r\ntext\r\n"
    )


def test_full_preamble():
    transaction = one(
        "From: Root <root@gw1>\nTo: a@x, =?utf-8?q?B=C3=BC?= <b@x>\nReply-To: r@x\n"
        "Message-ID: <1@gw1>\nSubject: s\n\ntext\n",
        "--preamble", "full", "--attempt", "2",
        sender="",
    )  # fmt: skip
    assert transaction.body == (
        "From: Root <root@gw1>\r\nSender: <>\r\nReply-To: r@x\r\nTo: a@x, Bü <b@x>\r\n"
        "Message-ID: <1@gw1>\r\nTaken: Sun, 22 Nov 2026 19:55:00 +0000, attempt 2\r\n\r\ntext\r\n"
    )


def test_a_header_cannot_break_out_of_the_preamble():
    transaction = one(
        "From: =?utf-8?q?x=0D=0AATD123=3B=0D=0A+++?= <a@x>\nTo: +++\nSubject: s\n\ntext\n",
        "--preamble", "full",
    )  # fmt: skip
    assert transaction.body.startswith("From: x  ATD123;  ++")


@pytest.mark.parametrize("preamble", ["none", "short", "full"])
def test_possible_duplicate_comes_first(preamble):
    transaction = one(
        simple("x\n" * 9000, subject="s" * 200), "--uncertain", "--id", "4K2X", "--attempt", "2",
        "--preamble", preamble,
    )  # fmt: skip
    first = transaction.body.split("\r\n")[0]
    assert first.startswith("[possible duplicate of 4K2X") and "attempt 2" in first
    assert transaction.body.split("\r\n")[1] == "Subject: " + "s" * 200


# recipients


def test_recipients_are_typed_by_the_header():
    visible, hidden = compose(
        "To: a@x.net, stranger@x.net\nCc: c@x.net\nSubject: s\n\ntext\n",
        recipients=["c@x.net", "h@x.net", "a@x.net", "i@x.net"],
    )
    assert visible.addresses("to") == ["a@x.net"] and visible.addresses("cc") == ["c@x.net"]
    assert visible.addresses("bcc") == []
    assert hidden.addresses("bcc") == ["h@x.net", "i@x.net"] and len(hidden.recipients) == 2


def test_a_lonely_hidden_one_is_shown_to_itself():
    hidden = compose("To: a@x.net\n\n", recipients=["a@x.net", "h@x.net"])[1]
    assert hidden.recipients == [(1, 1, "h@x.net")]


def test_hidden_ones_one_by_one():
    transactions = compose("\n", "--hidden", "separate", recipients=["h@x.net", "i@x.net"])
    assert [t.recipients for t in transactions] == [[(1, 0, "h@x.net")], [(1, 1, "i@x.net")]]


def test_the_address_before_aliases_decides():
    transaction = one(
        "To: root\nCc: staff@gw1.example.net\n\n", "--hostname", "gw1.example.net",
        recipients=[("boss@corp.example", "root"), ("a@corp.example", "staff"), ("b@corp.example", "staff")],
    )  # fmt: skip
    assert transaction.addresses("to") == ["boss@corp.example"]
    assert transaction.addresses("cc") == ["a@corp.example", "b@corp.example"]


def test_only_the_pending_ones():
    transactions = compose(
        "To: a@x, b@x, c@x, d@x\n\n", "--pending", "1,3-4", recipients=["a@x", "b@x", "c@x", "d@x", "h@x"]
    )
    assert [t.recipients for t in transactions] == [[(1, 1, "b@x"), (1, 3, "d@x")], [(1, 4, "h@x")]]


def test_nobody_pends():
    result = run(spool_file(b"\r\n", ["a@x"]), "--pending", "7")
    assert result.returncode == 70
    assert result.stderr == b"gsmtpd-compose: no recipient is pending\n"


@pytest.mark.parametrize("count, transactions", [(20, 1), (21, 2), (100, 5)])
def test_many_recipients(count, transactions):
    addresses = [f"user{i}@example.net" for i in range(count)]
    sent = compose(simple(to=",\n ".join(addresses)), recipients=addresses)
    assert len(sent) == transactions
    assert [address for t in sent for address in t.addresses("to")] == addresses
    assert len({t.raw_body for t in sent}) == 1


# files


def test_files_keep_name_and_octets():
    octets = bytes(range(256)) * 4
    transaction = one(with_files(("a.bin", octets), ("b.txt", b"text\n")), *BARE)
    assert transaction.attachments == {"a.bin": octets, "b.txt": b"text\n"}
    assert transaction.body == "text\r\n"


def test_a_patch_is_gzipped():
    patch = b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n" * 10
    transaction = one(with_files(("fix.patch", patch)), *BARE)
    assert gzip.decompress(transaction.attachments["fix.patch.gz"]) == patch
    assert '["fix.patch" is attached as fix.patch.gz]' in transaction.body


def test_noise_with_the_escape_is_gzipped():
    noise = random.Random(2).randbytes(50000) + b"+++" + random.Random(3).randbytes(50000)
    transaction = one(with_files(("noise.bin", noise)), *BARE)
    assert gzip.decompress(transaction.attachments["noise.bin.gz"]) == noise


def test_names_are_made_safe():
    transaction = one(with_files(("/UFS/secret.txt", b"x"), ("Übersicht 1.pdf", b"y")), *BARE)
    assert set(transaction.attachments) == {"secret.txt", "Ubersicht_1.pdf"}
    assert '["Übersicht 1.pdf" is attached as Ubersicht_1.pdf]' in transaction.body


@pytest.mark.parametrize("count", [10, 11])
def test_ten_files(count):
    transaction = one(with_files(*((f"{i}.txt", b"%d" % i) for i in range(count))), *BARE)
    assert list(transaction.attachments) == [f"{i}.txt" for i in range(10)]
    left_out = f'["10.txt" is not carried (too many files): 2 octets, SHA-256 {hashlib.sha256(b"10").hexdigest()}]'
    assert (left_out in transaction.body) == (count == 11)


@pytest.mark.parametrize("octets", [102400, 102401])
def test_files_at_the_edge(octets):
    noise = random.Random(4).randbytes(octets).replace(b"+", b"-")
    transaction = one(with_files(("noise.bin", noise)), *BARE)
    if octets == 102400:
        assert transaction.attachments == {"noise.bin": noise}
    else:
        assert transaction.attachments == {}
        assert (
            f'["noise.bin" is not carried (too large): {octets} octets, '
            f"SHA-256 {hashlib.sha256(noise).hexdigest()}]" in transaction.body
        )


@pytest.mark.parametrize("room", [0, 299999, 300000, 1048576])
def test_a_log_that_only_the_store_takes(room):
    noise = random.Random(5).randbytes(300000).replace(b"+", b"-")
    transaction = one(with_files(("log.bin", noise)), "--attachments-max", str(room), *BARE)
    assert transaction.attachments == ({"log.bin": noise} if room >= 300000 else {})


def test_a_text_that_only_the_store_takes_is_not_compressed():
    text = b"2026-11-22 disk full\n" * 15000
    mail = with_files(("log.txt", text))
    assert list(one(mail, *BARE).attachments) == ["log.txt.gz"]
    assert one(mail, "--attachments-max", "400000", *BARE).attachments == {"log.txt": text}


def test_a_thousand_copies_of_what_only_the_store_takes():
    """They are more than a list can hold: composed again with what the line takes."""
    noise = random.Random(6).randbytes(300000).replace(b"+", b"-")
    few = random.Random(7).randbytes(1000).replace(b"+", b"-")
    recipients = [f"h{i}@x.net" for i in range(300)]
    transactions = compose(
        with_files(("log.bin", noise), ("few.txt", few)), "--attachments-max", "1048576", "--hidden", "separate",
        recipients=recipients,
    )
    assert len(transactions) == 300
    assert all(t.attachments == {"few.txt": few} for t in transactions)


def test_degraded():
    transaction = one(with_files(("a.bin", b"abc"), text="+++\n"), "--degrade", *BARE)
    assert transaction.attachments == {}
    assert '["a.bin" is not carried (sent without files): 3 octets' in transaction.body
    assert '["message.txt" is not carried (sent without files): 5 octets' in transaction.body


def test_original_rides_along_without_bcc():
    mail = simple().replace("Subject", "Bcc: secret@x,\n other@x\nSubject")
    transaction = one(mail, "--original", "yes")
    whole = gzip.decompress(transaction.attachments["message.eml.gz"]).decode()
    assert whole == simple().replace("\n", "\r\n")


# HTML


def test_plain_text_is_preferred():
    transaction = one(sample("alternative.eml"), *BARE)
    assert transaction.body == "plain form\r\n" and transaction.attachments == {}
    assert transaction.note == "the HTML form of the text is not carried"


def test_html_rides_along_when_asked():
    transaction = one(sample("alternative.eml"), "--html", "both", *BARE)
    assert transaction.body == "plain form\r\n"
    assert transaction.attachments == {"message.html": b"<p>HTML form</p>"}


def test_html_alone_is_attached():
    transaction = one(sample("html-only.eml"), *BARE)
    assert transaction.body == "[This mail has no plain text, only HTML.]\r\n"
    assert transaction.attachments == {"message.html": b"<p>Disk <b>full</b></p>\r\n"}


# mails of real programs


def test_every_sample_composes():
    names = sorted(os.listdir(MAILS))
    assert len(names) > 15
    for name in names:
        for octets in (sample(name), sample(name).replace(b"\r\n", b"\n")):
            for transaction in compose(octets, "--preamble", "full", recipients=["root", "ops@example.net"]):
                assert transaction.subject and len(transaction.body) > 10


def test_cron():
    transaction = one(sample("cron.eml"), "--hostname", "gw1", recipients=[("ops@example.net", "root")])
    assert transaction.addresses("to") == ["ops@example.net"]
    assert transaction.subject_charset == 0
    assert transaction.subject.startswith("Cron <root@gw1> test -x")
    assert "\r\n\r\n/etc/cron.daily/backup:\r\nrsync: " in transaction.body


def test_bsd_mailx_leaves_bcc_in_the_header():
    transactions = compose(sample("bsd-mailx.eml"), recipients=["ops@example.net", "c@example.net", "hidden@example.net"])
    assert [t.recipients for t in transactions] == [
        [(1, 0, "ops@example.net"), (2, 1, "c@example.net")],
        [(1, 2, "hidden@example.net")],
    ]
    assert not any("hidden" in t.body for t in transactions)


def test_enclosed_and_signed_parts_are_carried():
    transaction = one(sample("nested.eml"), *BARE)
    assert transaction.body.startswith("signed text\r\nfooter\r\n")
    assert list(transaction.attachments) == ["signature.asc", "part-2.eml", "Ubersicht_1.png"]
    assert b"inner text" in transaction.attachments["part-2.eml"]


# what is broken or hostile


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"x" * 200,
        spool_file(b"text", ["a@x"])[:-1],
        spool_file(b"text", ["a@x"]).replace(b"text", b"tixt"),
    ],
)
def test_a_damaged_file_is_refused(file):
    result = run(file)
    assert result.returncode == 70 and result.stdout == b""
    assert result.stderr.startswith(b"gsmtpd-compose: ") and result.stderr.count(b"\n") == 1


def test_a_longer_file_than_told_is_good():
    result = run(spool_file(b"Subject: s\r\n\r\ntext\r\n", ["a@x.net"]) + b"left over from before")
    assert result.returncode == 0


def test_a_file_too_large_is_refused():
    result = run(b"x" * (34 << 20))
    assert result.returncode == 74 and result.stderr == b"gsmtpd-compose: File too large\n"


def test_the_process_is_limited():
    process = subprocess.Popen(
        [program("gsmtpd-compose")], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )

    def limits():
        with open(f"/proc/{process.pid}/limits") as file:
            found = {line[:26].strip(): line[26:].split()[:2] for line in file}
        return found if found["Max cpu time"] == ["10", "10"] and found["Max file size"][0] != "unlimited" else None

    try:
        found = eventually(limits, what="the limits")
        assert found["Max core file size"] == ["0", "0"]
        assert found["Max file size"] == [str(64 << 20)] * 2
    finally:
        process.kill()
        process.communicate()


def test_a_wrong_option_is_refused():
    result = run(b"", "--colour")
    assert result.returncode == 64 and result.stderr.startswith(b"gsmtpd-compose: ")


def bombs():
    yield "nested parts", b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(20000)
    )
    yield "nested mails", b"Content-Type: message/rfc822\r\n\r\n" * 20000
    yield "header fields", b"X: y\r\n" * 200000 + b"\r\ntext"
    yield "a header line", b"Subject: " + b"x" * 1000000 + b"\r\n\r\ntext"
    yield "folded lines", b"Subject: x\r\n" + b" y\r\n" * 250000 + b"\r\ntext"
    yield "addresses", b"To: " + b"a@x.net," * 120000 + b"\r\n\r\ntext"
    yield "encoded words", b"Subject: " + b"=?utf-8?q?=C3=BC?= " * 50000 + b"\r\n\r\ntext"
    yield "comments", b"To: " + b"(" * 500000 + b"\r\n\r\ntext"
    yield "parts", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 90000
    yield "parameters", b"Content-Type: text/plain" + b"; name*1=x" * 90000 + b"\r\n\r\ntext"
    yield "plus signs", b"\r\n" + b"+" * 1000000
    yield "dots", b"\r\n" + b".\r\n" * 300000
    yield "marks", b"\r\n" + "\u0308".encode() * 500000
    yield "noise", random.Random(5).randbytes(1000000)
    yield "UTF-7", b"Content-Type: text/plain; charset=utf-7\r\n\r\n" + b"+AAA-" * 200000
    yield "an unended encoding", (
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"=" * 1000000
    )


@pytest.mark.parametrize("bomb", [pytest.param(octets, id=name) for name, octets in bombs()])
def test_bombs_end_in_time(bomb):
    start = time.monotonic()
    transaction = one(bomb, recipients=["a@x.net"])
    assert time.monotonic() - start < 10  # 1 s without sanitizers
    assert len(transaction.recipients) == 1


def test_any_mail_is_safe_on_the_wire():
    """Pieces that hurt, put together at random: whatever composes is safe (compose() checks)."""
    pieces = [
        b"+++", b"+", b"AT", b"at+", b"A/", b".", b"\r\n", b"\n", b"\r", b" ", b'"', b"\x00", b"\x1a",
        b"Subject: ", b"To: a@x.net", b"From: ", b"=?utf-8?q?=2B=2B=2B?=", b"=?utf-8?b?Kysr?=", b"\xc3\xbc",
        b"\xff", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", b"\r\n--b\r\n",
        b"Content-Type: text/html\r\n", b"Content-Disposition: attachment; filename=\"a+++\"\r\n",
        b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: quoted-printable\r\n",
        b"\r\n\r\n", b"=2B=2B=2B", b"Kysr", b"name: value\r\n", b"\xe2\x80\x8d",
    ]  # fmt: skip
    chance = random.Random(6)
    for _ in range(300):
        mail = b"".join(chance.choice(pieces) for _ in range(chance.randrange(60)))
        compose(mail, "--preamble", chance.choice(["none", "short", "full"]), recipients=["a@x.net"])
