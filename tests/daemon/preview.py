# SPDX-License-Identifier: ISC
"""gsmtpctl preview as a function: a mail in, what it says that would be sent out."""

import base64
import json
import os
import subprocess
from dataclasses import dataclass, field

from house import environment, program

MISSING = "/nonexistent/gsmtpd.conf"


def run(*arguments, mail=b"", status=0, **more):
    """The finished program; the configuration is the default one unless -c is given."""
    if "-c" not in arguments:
        arguments = ("-c", MISSING, *arguments)
    if "--compose" not in arguments:
        arguments = ("--compose", program("gsmtpd-compose"), *arguments)
    done = subprocess.run(
        [program("gsmtpctl"), "preview", *arguments],
        input=mail.encode() if isinstance(mail, str) else mail,
        capture_output=True,
        env=environment(),
        timeout=90,
        check=False,
        **more,
    )
    assert done.returncode == status, f"exit status {done.returncode}: {done.stderr.decode()}"
    assert b"Sanitizer" not in done.stderr and b"runtime error" not in done.stderr
    return done


def show(*arguments, **more):
    """What a person sees."""
    done = run(*arguments, **more)
    assert done.stderr == b""
    return done.stdout.decode()


@dataclass
class Transaction:
    recipients: dict = field(default_factory=dict)  # type -> addresses
    subject: str = ""
    body: str = ""
    charsets: tuple = ()  # of subject and body
    attachments: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)
    line_octets: int = 0
    line_seconds: float = 0.0
    air_octets: int = 0


def read_transaction(one):
    recipients = {}
    for recipient in one["recipients"]:
        recipients.setdefault(recipient["type"], []).append(recipient["address"])
    for name in ("subject", "body"):
        raw = base64.b64decode(one[name + "_raw"], validate=True)
        assert len(raw) == one[name + "_octets"]
        assert raw.decode(one[name + "_charset"]) == one[name]
    attachments = {}
    for attachment in one["attachments"]:
        octets = base64.b64decode(attachment["content"], validate=True)
        assert len(octets) == attachment["octets"] and attachment["name"] not in attachments
        attachments[attachment["name"]] = octets
    return Transaction(
        recipients,
        one["subject"],
        one["body"],
        (one["subject_charset"], one["body_charset"]),
        attachments,
        one["notes"],
        one["line_octets"],
        one["line_seconds"],
        one["air_octets"],
    )


def read(*arguments, **more):
    """What a program sees: the document, and its transactions as objects."""
    done = run("--json", *arguments, **more)
    assert done.stderr == b"" and done.stdout.isascii() and done.stdout.count(b"\n") == 1
    document = json.loads(done.stdout)
    transactions = [read_transaction(one) for one in document["transactions"]]
    totals = document["totals"]
    assert totals["transactions"] == len(transactions) > 0
    for name in ("line_octets", "air_octets"):
        assert totals[name] == sum(getattr(one, name) for one in transactions)
    assert abs(totals["line_seconds"] - sum(one.line_seconds for one in transactions)) < 0.01
    return document, transactions


def as_nobody():
    """Arguments for run() that make it an ordinary user's."""
    return {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
