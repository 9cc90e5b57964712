# SPDX-License-Identifier: ISC
"""gsmtpd-compose: mails in, transactions out."""

import email.policy
import gzip
import hashlib
import os
import random
import re
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


def gathered(transactions):
    """All files of a sequence; no name twice."""
    files = [item for transaction in transactions for item in transaction.attachments.items()]
    assert len({name.lower() for name, _ in files}) == len(files)
    return dict(files)


def joined(transactions):
    """All files as a person makes them again: cat NAME.gz.* >NAME.gz, gunzip."""
    files = {}
    for name, octets in sorted(gathered(transactions).items()):
        whole = re.sub(r"\.gz\.\d{3}$", ".gz", name)
        files[whole] = files.get(whole, b"") + octets
    return {
        name.removesuffix(".gz"): gzip.decompress(octets) if name.endswith(".gz") else octets
        for name, octets in files.items()
    }


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
        ("x" * 99, 0, "x" * 99),
        ('"' + "x" * 98, 1, '"' + "x" * 98),
        ('"' + "x" * 99, 1, '"' + "x" * 99),
        ('"' + "x" * 100, 1, '"' + "x" * 96 + "…"),
        ("警" * 33, 1, "警" * 33),
        ("中" * 34, 2, "中" * 34),
        ("中" * 50, 2, "中" * 50),
        ("中" * 51, 1, "中" * 32 + "…"),
        ("警報" * 25, 3, "警報" * 25),
        ("ก" * 34, 1, "ก" * 32 + "…"),
        ("🇩🇪" * 13, 1, "🇩🇪" * 12 + "…"),
        ("e\u0301" * 40, 1, "e\u0301" * 32 + "…"),
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


@pytest.mark.parametrize(
    "character, count, charset",
    [
        ("中", 3363, 1),  # 10239 octets in UTF-8
        ("中", 3364, 2),
        ("中", 5008, 2),  # 10240 octets in GB2312
        ("中", 5009, None),
        ("報", 5008, 3),
        ("ก", 3364, None),
    ],
)
def test_the_charset_that_holds_the_body_whole(character, count, charset):
    """Lines of 45 characters; two octets each, or three, and two a line."""
    lines = [character * 45] * (count // 45) + ([character * (count % 45)] if count % 45 else [])
    text = "\n".join(lines) + "\n"
    transaction = one(simple(text), *BARE)
    if charset is None:
        assert "are left out here" in transaction.body and transaction.body_charset == 1
        assert joined([transaction]) == {"message.txt": text.replace("\n", "\r\n").encode()}
    else:
        assert transaction.body_charset == charset
        assert transaction.body == text.replace("\n", "\r\n") and transaction.attachments == {}


def test_subject_and_body_choose_their_charsets_alone():
    transaction = one(simple("中" * 20 + "\n", subject="報" * 34), *BARE)
    assert (transaction.subject_charset, transaction.body_charset) == (3, 1)
    transaction = one(simple(("中" * 45 + "\n") * 110, subject="ü"), *BARE)
    assert (transaction.subject_charset, transaction.body_charset) == (1, 2)


@pytest.mark.parametrize("length, lines", [(998, 1), (999, 2), (5000, 6)])
def test_long_lines_are_folded(length, lines):
    text = "x" * length + "\n"
    transaction = one(simple(text), *BARE)
    assert transaction.body.count("\r\n") == lines
    assert transaction.body.replace("\r\n", "") == text.strip()
    assert joined([transaction]) == ({"message.txt": text.replace("\n", "\r\n").encode()} if lines > 1 else {})


def test_a_long_line_is_folded_behind_a_blank():
    transaction = one(simple("seven " * 200 + "\n"), *BARE)
    assert transaction.body == "seven " * 166 + "\r\n" + "seven " * 34 + "\r\n"


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


def noisy_text(octets):
    noise = random.Random(1).randbytes(octets // 2).hex()
    return "\n".join(noise[i : i + 70] for i in range(0, len(noise), 70)) + "\n"


def test_a_text_too_large_for_one_attachment_is_cut_in_pieces():
    text = noisy_text(300000)
    transactions = compose(simple(text), *BARE)
    assert list(gathered(transactions)) == ["message.txt.gz.001", "message.txt.gz.002"]
    assert joined(transactions) == {"message.txt": text.replace("\n", "\r\n").encode()}
    assert "the whole text is in the pieces message.txt.gz.001 and so on ...]" in transactions[0].body
    assert len(transactions) == 2 and "[1 more mail follows with the other files]" in transactions[0].body


def test_a_text_that_is_not_carried_is_named():
    text = noisy_text(300000)
    transaction = one(simple(text), "--attachments-max", "1000", *BARE)
    assert transaction.attachments == {}
    exact = text.replace("\n", "\r\n").encode()
    assert f"{len(exact)} octets, SHA-256 {hashlib.sha256(exact).hexdigest()}]" in transaction.body
    assert "the whole text is not carried ...]" in transaction.body


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


# the same mail again

SEQUENCES = {
    "files": (with_files(*((f"{i}.txt", b"%d" % i) for i in range(25))), ()),
    "pieces": (with_files(("noise.bin", random.Random(8).randbytes(250000))), ()),
    "pages": (simple("".join(f"line {i}\n" for i in range(3000)), subject="s" * 150), ("--oversize", "split")),
    "pages and files": (
        with_files(
            *((f"{i}.txt", b"%d" % i) for i in range(25)), text="".join(f"line {i}\n" for i in range(3000))
        ),
        ("--oversize", "split"),
    ),
}


@pytest.mark.parametrize("mail, options", SEQUENCES.values(), ids=SEQUENCES)
@pytest.mark.parametrize("preamble", ["none", "short", "full"])
def test_a_later_attempt_makes_the_same_sequence(mail, options, preamble):
    """Only words before the text may differ: the daemon sends what a recipient does not have yet."""
    recipients = ["ops@example.net", "h@x.net", "i@x.net"]
    options = (*options, "--preamble", preamble, "--id", "4K2X", "--hostname", "gw1")
    first = compose(mail, *options, recipients=recipients)
    later = compose(
        mail, *options, "--now", str(ARRIVED + 500000), "--attempt", "12", "--uncertain", "--pending", "2",
        recipients=recipients,
    )  # fmt: skip
    own = [t for t in first if any(index == 2 for _, index, _ in t.recipients)]
    assert len(own) == len(later) > 1
    for one_of_first, one_of_later in zip(own, later):
        assert one_of_first.attachments == one_of_later.attachments
        assert one_of_later.body.startswith("[possible duplicate of 4K2X")
        pages = [re.search(r"\[page .*", t.body, re.DOTALL) for t in (one_of_first, one_of_later)]
        if pages[0]:
            assert pages[0][0] == pages[1][0]


@pytest.mark.parametrize("octets", range(10100, 10260, 20))
def test_a_mark_pushes_a_text_over_the_edge(octets):
    """The text goes as a file besides then; the files behind stay where they were."""
    text = ("y" * 62 + "\n") * (octets // 64) + "z" * (octets % 64 - 2) + "\n"
    mail = with_files(*((f"{i}.txt", b"%d" % i) for i in range(12)), text=text)
    first = compose(mail, *BARE, "--id", "4K2X")
    later = compose(mail, *BARE, "--id", "4K2X", "--uncertain", "--attempt", "2")
    exact = text.replace("\n", "\r\n")
    assert len(first) == len(later) == 2 and first[1].attachments == later[1].attachments
    for sent in (first, later):
        body = sent[0].body
        assert exact in body or joined(sent)["message.txt"] == exact.encode()
        assert ("are left out here" in body) == ("message.txt.gz" in sent[0].attachments)
    assert set(gathered(first)) | {"message.txt.gz"} == set(gathered(later)) | {"message.txt.gz"}


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


def test_a_resend_says_so_in_short():
    transaction = one(simple(), "--attempt", "2", "--id", "4K2X")
    assert transaction.body.split("\r\n")[0].endswith(", id 4K2X, attempt 2]")


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


def test_names_of_other_scripts():
    names = ["Отчёт.pdf", "警報.png", "Αρχείο.txt", "a.TXT", "A.txt", ".."]
    sent = one(with_files(*((name, b"x") for name in names)), *BARE)
    assert list(sent.attachments) == [
        "Otchyot.pdf", "file-2.png", "Archeio.txt", "a.TXT", "A-2.txt", "part-6.bin",
    ]  # fmt: skip
    assert '["警報.png" is attached as file-2.png]' in sent.body


def test_names_are_made_safe():
    transaction = one(with_files(("/UFS/secret.txt", b"x"), ("Übersicht 1.pdf", b"y")), *BARE)
    assert set(transaction.attachments) == {"secret.txt", "Ubersicht_1.pdf"}
    assert '["Übersicht 1.pdf" is attached as Ubersicht_1.pdf]' in transaction.body


@pytest.mark.parametrize("count, transactions", [(10, 1), (11, 2), (20, 2), (21, 3)])
def test_ten_files_a_mail(count, transactions):
    files = {f"{i}.txt": b"%d" % i for i in range(count)}
    sent = compose(with_files(*files.items()), *BARE, "--id", "4K2X")
    assert len(sent) == transactions
    assert gathered(sent) == files and len(sent[0].attachments) == 10
    assert all(t.subject == "files" for t in sent)
    for number, later in enumerate(sent[1:], 2):
        names = ", ".join(later.attachments)
        assert later.body == (
            f"[files {number} of {transactions} of mail 4K2X from <root@gw1.example.net>: {names}]\r\n"
        )


def noise_of(octets, seed=4):
    """Octets that the line takes as they are, and that no program makes smaller."""
    noise = random.Random(seed).randbytes(octets).replace(b"+", b"-")
    return re.sub(rb"([\r\n])[Aa]", rb"\1B", noise)


@pytest.mark.parametrize("octets", [102399, 102400, 102401])
def test_files_at_the_edge(octets):
    noise = noise_of(octets)
    sent = compose(with_files(("noise.bin", noise)), *BARE)
    if octets <= 102400:
        assert len(sent) == 1 and sent[0].attachments == {"noise.bin": noise}
        return
    assert [list(t.attachments) for t in sent] == [["noise.bin.gz.001"], ["noise.bin.gz.002"]]
    assert joined(sent) == {"noise.bin": noise}
    packed = hashlib.sha256(b"".join(gathered(sent).values())).hexdigest()
    for transaction in sent:
        assert (
            '["noise.bin" is attached in 2 pieces, noise.bin.gz.001 to noise.bin.gz.002: '
            f"cat noise.bin.gz.* >noise.bin.gz; SHA-256 {packed}, unpacked {hashlib.sha256(noise).hexdigest()}]"
            in transaction.body
        )


def test_two_files_that_are_too_large_together():
    files = {"a.bin": noise_of(60000), "b.bin": noise_of(60000, 5), "c.bin": noise_of(40000, 6)}
    sent = compose(with_files(*files.items()))
    assert [list(t.attachments) for t in sent] == [["a.bin", "c.bin"], ["b.bin"]]
    assert gathered(sent) == files
    assert "[1 more mail follows with the other files]" in sent[0].body


def test_twelve_pictures():
    pictures = {f"IMG_{i:04}.jpg": noise_of(70000 + i, i) for i in range(12)}
    sent = compose(with_files(*pictures.items()), "--id", "4K2X", "--uncertain")
    assert len(sent) == 12 and gathered(sent) == pictures
    assert "[11 more mails follow with the other files]" in sent[0].body
    for number, transaction in enumerate(sent, 1):
        lines = transaction.body.split("\r\n")
        assert lines[0].startswith("[possible duplicate of 4K2X")
        if number > 1:
            assert lines[1].startswith(f"[files {number} of 12 of mail 4K2X from ")
    assert all(t.recipients == sent[0].recipients for t in sent)


def test_a_patch_full_of_escapes():
    patch = b"".join(b"--- a/%d\n+++ b/%d\n@@ -1 +1 @@\n+++++\nAT command\n" % (i, i) for i in range(3000))
    transaction = one(with_files(("fix.patch", patch), text=patch.decode()), *BARE)
    assert joined([transaction]) == {"fix.patch": patch, "message.txt": patch.replace(b"\n", b"\r\n")}
    assert "fix.patch.gz: gzipped for the line: +++ would end data mode" in transaction.note


@pytest.mark.parametrize(
    "octets, gzipped",
    [(b"x\nATD112;\n", True), (b"at the start", True), (b"x\rA/", True), (b"look AT this\n.\n", False)],
)
def test_what_begins_like_a_command_is_gzipped(octets, gzipped):
    transaction = one(with_files(("a.bin", octets)), *BARE)
    assert joined([transaction]) == {"a.bin": octets}
    assert ("a.bin.gz" in transaction.attachments) == gzipped


def test_a_border_of_pieces_on_a_plus_sign():
    """Octets that gzip stores as they are have their plus signs where they were: at the border, too."""
    noise = bytearray(noise_of(150000))
    noise[102300:102500] = b"+x" * 100
    sent = compose(with_files(("noise.bin", bytes(noise))), *BARE)
    assert len(sent) == 2 and joined(sent) == {"noise.bin": bytes(noise)}


def test_a_hundred_mails_and_no_more():
    files = {f"{i}.bin": noise_of(100000, i) for i in range(110)}
    sent = compose(with_files(*files.items()), *BARE)
    assert len(sent) == 100
    assert gathered(sent) == {f"{i}.bin": noise_of(100000, i) for i in range(100)}
    for i in range(100, 110):
        digest = hashlib.sha256(files[f"{i}.bin"]).hexdigest()
        line = f'["{i}.bin" is not carried (too many files): 100000 octets, SHA-256 {digest}]'
        assert line in sent[0].body


@pytest.mark.parametrize("room", [0, 10239, 10240, 102400, 299999, 300000, 1048576])
def test_a_log_that_only_the_store_takes(room):
    noise = noise_of(300000)
    sent = compose(with_files(("log.bin", noise)), "--attachments-max", str(room), *BARE)
    assert joined(sent) == ({"log.bin": noise} if room >= 10240 else {})
    assert (sent[0].attachments == {"log.bin": noise}) == (room >= 300000)


def test_a_text_that_only_the_store_takes_is_not_compressed():
    text = b"2026-11-22 disk full\n" * 15000
    mail = with_files(("log.txt", text))
    assert list(one(mail, *BARE).attachments) == ["log.txt.gz"]
    assert one(mail, "--attachments-max", "400000", *BARE).attachments == {"log.txt": text}


@pytest.mark.parametrize("count, whole", [(20, True), (300, False), (1000, False)])
def test_copies_for_many_that_a_list_cannot_hold(count, whole):
    """What a list has room for is shared: so many get the small file alone, and are told of the other."""
    noise, few = noise_of(300000, 6), noise_of(1000, 7)
    recipients = [f"h{i}@x.net" for i in range(count)]
    transactions = compose(
        with_files(("log.bin", noise), ("few.txt", few)), "--hidden", "separate", recipients=recipients
    )
    for i in range(count):
        own = [t for t in transactions if t.recipients == [(1, i, f"h{i}@x.net")]]
        assert joined(own) == ({"log.bin": noise, "few.txt": few} if whole else {"few.txt": few})
        assert len(own) == (3 if whole else 1)
    if not whole:
        assert '["log.bin" is not carried (too large): 300000 octets' in transactions[0].body


def test_pages_for_many_that_a_list_cannot_hold():
    """A thousand recipients one by one leave one transaction for each."""
    text = "".join(f"line {i}\n" for i in range(3000))
    for count, pages in [(1000, 1), (100, 4)]:
        transactions = compose(
            simple(text), "--hidden", "separate", "--oversize", "split",
            recipients=[f"h{i}@x.net" for i in range(count)],
        )  # fmt: skip
        assert len(transactions) == count * pages


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


HTML_ALONE = b"<p>Disk <b>full</b></p>\r\n"
ONLY_HTML = "[This mail has no plain text, only HTML.]\r\n"


@pytest.mark.parametrize(
    "way, body, files",
    [
        ("text", "Disk full\r\n", {}),
        ("attach", ONLY_HTML, {"message.html": HTML_ALONE}),
        ("both", "Disk full\r\n", {"message.html": HTML_ALONE}),
    ],
)
def test_html_alone(way, body, files):
    transaction = one(sample("html-only.eml"), "--html", way, *BARE)
    assert (transaction.body, transaction.attachments) == (body, files)


def test_html_that_shows_no_text_is_attached():
    html = "<img src=x.png>"
    transaction = one(f"Subject: s\nContent-Type: text/html\n\n{html}", *BARE)
    assert transaction.body == ONLY_HTML
    assert transaction.attachments == {"message.html": html.encode()}


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
    assert list(transaction.attachments) == ["signature.asc", "inner_mail.eml", "Ubersicht_1.png"]
    assert b"inner text" in transaction.attachments["inner_mail.eml"]


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
    transactions = compose(bomb, recipients=["a@x.net"])
    assert time.monotonic() - start < 10  # 1 s without sanitizers
    assert all(len(t.recipients) == 1 for t in transactions) and len(transactions) <= 11


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
