# SPDX-License-Identifier: ISC
"""gsmtpd-compose as a function: a mail in, transactions out (docs/SPOOL.md, docs/COMPOSE.md)."""

import re
import subprocess
import zlib
from dataclasses import dataclass, field

from house import environment, program

ARRIVED = 1795377300  # 2026-11-22T19:55:00Z
TYPES = {1: "to", 2: "cc", 3: "bcc"}
CHARSETS = {0: "ascii", 1: "utf-8", 2: "gb2312", 3: "big5"}


def envelope(recipients, sender="root@gw1.example.net", arrived=ARRIVED):
    """Recipients are addresses, or pairs (address, as the client gave it)."""
    lines = ["gsmtpd-envelope 1", f"arrived {arrived}", f"sender {sender}".rstrip()]
    for recipient in recipients:
        address, original = recipient if isinstance(recipient, tuple) else (recipient, None)
        lines.append(f"recipient {address}")
        if original is not None and original != address:
            lines.append(f"original {original}")
    return ("\n".join(lines) + "\n").encode()


def spool_file(content, recipients, **options):
    text = envelope(recipients, **options)
    head = (
        f"gsmtpd-message 1 {len(content)} {zlib.crc32(content):08x}"
        f" {len(text)} {zlib.crc32(text):08x}"
    )
    return head.ljust(63).encode() + b"\n" + content + text


@dataclass
class Transaction:
    recipients: list = field(default_factory=list)  # (type, index, address)
    subject: str = ""
    subject_charset: int = 0
    raw_subject: bytes = b""
    body: str = ""
    body_charset: int = 0
    raw_body: bytes = b""
    attachments: dict = field(default_factory=dict)
    note: str = ""

    def addresses(self, kind):
        return [address for type, _, address in self.recipients if TYPES[type] == kind]


class Reader:
    def __init__(self, octets):
        self.octets = octets
        self.at = 0

    def line(self):
        end = self.octets.find(b"\n", self.at)
        assert end >= 0, "a line does not end"
        line, self.at = self.octets[self.at : end], end + 1
        return line.decode().split(" ")

    def payload(self, length):
        end = self.at + length
        assert self.octets[end : end + 1] == b"\n", "a payload does not end"
        payload, self.at = self.octets[self.at : end], end + 1
        return payload

    def starts(self, text):
        return self.octets.startswith(text, self.at)

    def ended(self):
        return self.at == len(self.octets)


def read_transaction(reader, recipients, attachments):
    transaction = Transaction()
    for _ in range(recipients):
        word, type, index, address = reader.line()
        assert word == "recipient"
        transaction.recipients.append((int(type), int(index), address))
    word, charset, length = reader.line()
    assert word == "subject"
    transaction.subject_charset = int(charset)
    transaction.raw_subject = reader.payload(int(length))
    transaction.subject = transaction.raw_subject.decode(CHARSETS[int(charset)])
    word, charset, length = reader.line()
    assert word == "body"
    transaction.body_charset = int(charset)
    transaction.raw_body = reader.payload(int(length))
    transaction.body = transaction.raw_body.decode(CHARSETS[int(charset)])
    for _ in range(attachments):
        word, name, length = reader.line()
        assert word == "attachment" and name not in transaction.attachments
        transaction.attachments[name] = reader.payload(int(length))
    word, length = reader.line()
    assert word == "note"
    transaction.note = reader.payload(int(length)).decode()
    return transaction


def read_transactions(octets):
    reader = Reader(octets)
    assert reader.line() == ["gsmtpd-transactions", "1"]
    transactions = []
    while reader.starts(b"transaction "):
        _, recipients, attachments = reader.line()
        transactions.append(read_transaction(reader, int(recipients), int(attachments)))
    assert reader.line() == ["end", str(len(transactions))]
    assert reader.ended()
    return transactions


def attachments_max(options):
    """What the options allow in one transaction; over the line when they do not say."""
    return int(options[options.index("--attachments-max") + 1]) if "--attachments-max" in options else 102400


def check_wire(transaction, room):
    """What the contract says of the bytes in data mode, said once more in another language."""
    assert len(transaction.raw_body) <= 10240 and len(transaction.raw_subject) <= 100
    assert len(transaction.recipients) <= 20 and len(transaction.attachments) <= 10
    assert sum(map(len, transaction.attachments.values())) <= room
    assert b"+++" not in transaction.raw_body + b"+++"[:2]
    assert transaction.raw_body.endswith(b"\r\n")
    for line in transaction.raw_body.split(b"\r\n"):
        assert not line.upper().startswith((b"AT", b"A/", b".")), line
        assert b"\r" not in line and b"\n" not in line and len(line) <= 998
    for octets in transaction.attachments.values():
        assert b"+++" not in octets and not octets.endswith(b"+")
        assert not re.search(rb"(^|[\r\n])[Aa][Tt/]", octets)
    if transaction.subject_charset == 0:
        assert '"' not in transaction.subject and transaction.subject.isprintable()


def run(file, *options, **run_options):
    return subprocess.run(
        [program("gsmtpd-compose"), *options],
        input=file,
        capture_output=True,
        env=environment(LANG="C.UTF-8"),
        timeout=60,
        **run_options,
    )


def compose(content, *options, recipients=("ops@example.net",), **envelope_options):
    """The transactions of a mail; options as on the command line."""
    if isinstance(content, str):
        content = content.replace("\n", "\r\n").encode()
    result = run(spool_file(content, recipients, **envelope_options), *options)
    assert result.returncode == 0, result.stderr.decode()
    assert result.stderr == b""
    transactions = read_transactions(result.stdout)
    for transaction in transactions:
        check_wire(transaction, attachments_max(options))
    return transactions
