# SPDX-License-Identifier: ISC
"""Mails that are made to cost time and memory: each megabyte is read in a second of processor
time, within the limits of docs/COMPOSE.md, and what was said in it still arrives."""

import gzip
import resource

import pytest

from compose import read_transactions, run, spool_file
from house import program

MB = 1 << 20
SECONDS_PER_MB = 1
SLOWER_WHEN_SANITIZED = 10
MIXED = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n"
HTML = b"Content-Type: text/html\n\n"
END = b"\x1b(B\n\nneedle\n"  # what must be found again, also in ISO-2022-JP


def fill(unit, size=MB):
    return (unit * (size // len(unit) + 1))[:size]


def nest(count, kind=b"mixed"):
    return b"".join(
        b"Content-Type: multipart/%s; boundary=b%d\n\n--b%d\n" % (kind, i, i) for i in range(count)
    )


def parameters(form, size=MB):
    return b"".join(form % i for i in range(size // len(form % 10000)))


def field(value):
    """A field of a part, where no limit of the header holds."""
    return MIXED + b"Content-Disposition: attachment" + value + END + b"--b--\n"


def text(charset, unit):
    return b"Content-Type: text/plain; charset=" + charset + b"\n\n" + fill(unit) + END


STRUCTURES = {
    "20,000 multiparts in each other": nest(20000) + END,
    "20,000 multiparts of the same boundary": MIXED * 20000 + END,
    "100 levels above a megabyte of empty lines": nest(100) + fill(b"\n") + END,
    "99 levels above a megabyte that might be boundaries": nest(99) + fill(b"--b\n") + END,
    "99 levels of a boundary that is everywhere": b'Content-Type: multipart/mixed; boundary="-"\n\n---\n' * 99
    + fill(b"-")
    + END,
    "99 related parts that look for their root": nest(99, b"related; start=x") + fill(b"--b98\n\n") + END,
    "99 alternatives of 900 forms": nest(99, b"alternative")
    + b"--b98\nContent-Type: text/html\n\n<p>x\n" * 900
    + END,
    "40,000 enclosed mails in each other": b"Content-Type: message/rfc822\n\n" * 40000 + END,
    "150,000 parts": MIXED + fill(b"--b\n\nx\n") + END,
    "30,000 parts that are files": MIXED + fill(b"--b\nContent-Type: image/png\n\nx\n") + END,
    "200,000 fields": b"X-A: b\n" * 200000 + b"Subject: s\n" + END,
    "200,000 fields of a part": MIXED + b"X-A: b\n" * 200000 + END,
    "a line of a megabyte in the header": b"Subject: " + fill(b"x") + END,
    "a field of a megabyte, folded": b"To: " + fill(b"a@b,\n ") + END,
    "groups of groups of recipients": b"To: " + fill(b"a:") + END,
    "comments in comments": b"Content-Type: " + fill(b"(") + END,
    "a megabyte of encoded words": b"Subject: " + fill(b"=?utf-8?q?=C3=BC?= ") + END,
    "a megabyte of what might be encoded words": b"Subject: " + fill(b"=?a?q?") + END,
    "a megabyte of encoded words in a name": field(b"; filename=\"" + fill(b"=?utf-8?b?w7w=?= ") + b'"'),
    "a megabyte of the beginning of encoded words in a name": field(b"; filename=\"" + fill(b"=?") + b'"'),
    "a megabyte of continuations": field(parameters(b";\n filename*%d*=x")),
    "a megabyte of continuations backwards": field(
        b"".join(b"; filename*%d=x" % i for i in range(60000, 0, -1))
    ),
    "a megabyte of parameters": field(parameters(b"; a%d=x")),
    "a name of a megabyte": field(b"; filename=" + fill(b"x")),
}

TEXTS = {
    "UTF-7 that shifts": text(b"utf-7", b"+AGE-"),
    "UTF-7 that shifts to nothing": text(b"utf-7", b"+-"),
    "ISO-2022-JP that shifts": text(b"iso-2022-jp", b"\x1b$B\x1b(B"),
    "ISO-2022-KR that shifts": text(b"iso-2022-kr", b"\x0e\x0f"),
    "HZ that shifts": text(b"hz-gb-2312", b"~{~}"),
    "GB18030 that breaks off": text(b"gb18030", b"\x90"),
    "Big5 whose letters are two": text(b"big5-hkscs", b"\x88\x62"),
    "letters of Tamil that are three": text(b"tscii", b"\x87\xaa"),
    "Shift_JIS with faults": text(b"shift_jis", b"\x82\xa0\x82\xa2\x82\xa4\x82\xa6\x82\xa8\xff"),
    "UTF-8 with faults": text(b"utf-8", b"\xc3\xbc\xff"),
    "nothing but faults": text(b"utf-8", b"\xff"),
    "flowing quotes": b"Content-Type: text/plain; format=flowed; delsp=yes\n\n" + fill(b"> \n>> \n") + END,
    "quoted-printable of nothing": b"Content-Transfer-Encoding: quoted-printable\n\n" + fill(b"=\n") + END,
    "base64 in pieces": b"Content-Transfer-Encoding: base64\n\n" + fill(b"YQ==") + b"bmVlZGxl",
}

TAGS = (
    b"<div>", b"<b>", b"<table><tr><td>", b"<blockquote>x", b"<ul><li>x", b"<ol><li>", b"<p>", b"</x>",
    b"<br>", b"<hr>", b"&amp;", b"&a", b"<", b"<a ", b"<!-", b"<!", b"<![CDATA[", b"<?", b"&#65;", b"</p>",
    b'<a href="http://x.example/y">', b'<img alt="x">', b"<td>x", b"<tr><td>x", b"<form><input>",
    b"<body a=b>", b"<html c=d>", b"<pre>\n\n", b"<dd>", b"<blockquote><table><td>a",
    b"<a" + b" x=1" * 300 + b">", b"<table>" + b"<tr><td colspan=9 rowspan=9>1" * 99 + b"</table>",
)
PAGES = {f"a page of {tag[:30].decode()}": HTML + fill(tag) + b"</pre>--></table>" + END for tag in TAGS}
PAGES |= {
    "a page whose divs are closed by others": HTML + b"<div>" * 100000 + b"</x>" * 130000 + END,
    "a tag of 100,000 attributes": HTML + b"<a" + parameters(b" a%d=1") + b">" + END,
    "a tag of 100,000 attributes without blanks": HTML + b"<a" + parameters(b' a%d="1"') + b">" + END,
    "150,000 kinds of elements": HTML + parameters(b"<n%d>") + END,
    "200,000 cells": HTML + b"<table>" + (b"<tr>" + b"<td>1" * 20) * 10000 + b"</table>" + END,
}
BOMBS = STRUCTURES | TEXTS | PAGES


def budget(mail):
    """Processor seconds."""
    with open(program("gsmtpd-compose"), "rb") as file:
        sanitized = b"__asan_init" in file.read()
    return SECONDS_PER_MB * max(1, len(mail) / MB) * (SLOWER_WHEN_SANITIZED if sanitized else 1)


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def everything(transactions):
    for transaction in transactions:
        yield transaction.raw_body
        for name, octets in transaction.attachments.items():
            yield gzip.decompress(octets) if name.endswith(".gz") else octets


def endures(mail):
    before = processor_seconds()
    result = run(spool_file(mail, ["ops@example.net"]), "--attachments-max", "1048576")
    used = processor_seconds() - before
    assert result.returncode == 0, result.stderr
    assert used < budget(mail)
    return read_transactions(result.stdout)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_read_in_time_and_said_in_full(name):
    transactions = endures(BOMBS[name])
    assert any(b"needle" in octets for octets in everything(transactions))
