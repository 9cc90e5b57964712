# SPDX-License-Identifier: ISC
"""Mails of many forms for scripts/soak, each made from a seed and its number, and what
must be left of them at the far server."""

import email
import email.policy
import gzip
import hashlib
import random
import re
from email.message import EmailMessage

MARK = "zq~"    # begins every line of text but those below: found anywhere, it is a mail's

# What must not act on a module, whatever becomes of the line that it is on. Of commands
# only such as gsmtpd itself never says.
COMMANDS = ["ATD112;", "AT+QPOWD=1", "at+cmgs=1", "AT+QSMTPPUT=299", 'AT+QSMTPDST=1,1,"evil@x.org"']
NASTY = ["+++", "A/", ".", "+++ATH", "-- +++ b/file", "+++ b/file", "\x1a", "+QSMTPPUT: 0", "OK",
         "RDY", "++++++", *COMMANDS]


def is_of_a_mail(line):
    """Whether a line that a module heard was meant as text."""
    return MARK in line or line.strip() in COMMANDS


class SentMail:
    def __init__(self, number, recipients, subject, attachments, octets):
        self.number, self.recipients, self.subject = number, recipients, subject
        self.attachments, self.octets = attachments, octets


def text_of(dice, number):
    lines = [f"{MARK} begin of {number}"]
    size = dice.choice([100, 400, 1500, 4000, 8000])
    if dice.random() < 0.03:
        size = 14000
    while sum(map(len, lines)) < size:
        lines.append(f"{MARK} {number} " + "text ä€ " * dice.randrange(1, 9))
        if dice.random() < 0.1:
            lines.append(dice.choice(NASTY))
    return "\n".join([*lines, f"{MARK} end of {number}", ""])


def recipients_of(dice, number):
    count = dice.choice([1, 1, 1, 1, 2, 3])
    names = [f"m{number}-{i}@example.com" for i in range(count)]
    if dice.random() < 0.03:
        names[-1] = f"rcpt-550.m{number}@example.com"
    return names


def make_mail(seed, number):
    dice = random.Random(f"{seed} {number}")
    message = EmailMessage()
    recipients = recipients_of(dice, number)
    message["From"] = "Root <root@gw1.example.net>"
    message["To"] = recipients[0]
    if len(recipients) > 1 and dice.random() < 0.7:
        message["Cc"] = ", ".join(recipients[1:])
    message["Subject"] = dice.choice(["Mail %d", "Füllstand %d", "磁盘 %d"]) % number
    message.set_content(text_of(dice, number), cte="base64")
    attachments = {}
    for i in range(dice.choice([0, 0, 0, 0, 1, 1, 2])):
        octets = dice.randbytes(dice.choice([10, 700, 3000, 12000]))
        if dice.random() < 0.2:
            octets += b"+++\r\nATD112;\r\n" + octets[:50]
        attachments[f"a{number}-{i}.bin"] = hashlib.sha256(octets).hexdigest()
        message.add_attachment(octets, maintype="application", subtype="octet-stream",
                               filename=f"a{number}-{i}.bin")
    return SentMail(number, recipients, message["Subject"], attachments, message.as_bytes())


class Arrival:
    """What counts of a mail that came."""

    def __init__(self, envelope):
        message = email.message_from_bytes(bytes(envelope.content), policy=email.policy.default)
        text = message.get_body(preferencelist=("plain",)).get_content()
        self.subject = str(message["Subject"])
        self.marked = "possible duplicate" in text.lower()
        self.ends = re.findall(f"{MARK} end of ([0-9]+)", text)
        self.attachments = dict(map(digest, message.iter_attachments()))

    def faults(self, mail):
        found = []
        if self.subject != mail.subject:
            found.append(f"subject {self.subject!r} and not {mail.subject!r}")
        if self.ends != [str(mail.number)]:
            found.append(f"the text has the ends of {self.ends}, not of {mail.number}")
        for name, wanted in mail.attachments.items():
            if self.attachments.get(name) != wanted:
                found.append(f"attachment {name} is not what it was, or missing: "
                             f"{sorted(self.attachments)}")
        return found


def digest(part):
    """Its name and sum; one that was packed for the wire counts as what is in it."""
    name = (part.get_filename() or "").removeprefix("gsmtpd-")    # of a stored file
    octets = part.get_payload(decode=True)
    if name.endswith(".bin.gz"):
        name, octets = name[:-3], gzip.decompress(octets)
    return name, hashlib.sha256(octets).hexdigest()
