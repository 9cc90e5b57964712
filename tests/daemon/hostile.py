# SPDX-License-Identifier: ISC
"""What a hostile client says, as tables, and the runner that says it at each door.

A case is a sentence with the section it comes from, the steps of a dialogue, and what has to be
in the spool behind it. Each reply is looked at for what all replies have to be; what a client
says holds MARK here and there, and no reply may."""

import os
import re
import socket
import ssl
import time
import urllib.parse
from dataclasses import dataclass, field

from secure import CHEAP_X, SecureClient, make_certificate, plain
from test_smtp import Stored

TCP, TLS, UNIX = "tcp", "tls", "unix"            # may hand in mail: by network, by AUTH, locally
STRANGER, INSIDE, RELAY = "stranger", "inside", "relay"    # not trusted; the same in TLS; relay-listen
ALL = (TCP, TLS, UNIX)

MARK = "zebra"
HELLO = b"EHLO zebra.far.example\r\n"
SENDER, RECIPIENT = "zebra@far.example", "zebra-ops@example.com"
MAIL = b"MAIL FROM:<zebra@far.example>\r\n"
RCPT = b"RCPT TO:<zebra-ops@example.com>\r\n"
TO_DATA = MAIL + RCPT + b"DATA\r\n"
TO_DATA_OK = ("250 2.1.0", "250 2.1.5", "354 ")
QUEUED = r"250 2\.0\.0 queued as "

# Whole, so that nothing is added behind it and the text can be compared octet by octet.
HEADER = (b"From: zebra@far.example\r\nDate: Mon, 23 Nov 2026 01:02:03 +0000\r\n"
          b"Message-ID: <zebra.1@far.example>\r\n")
HEAD = HEADER + b"\r\n"

USER, PASSWORD = "zebra-user", "x"
REPLY = re.compile(r"[2-5][0-9]{2}(?:[ -]([245])\.[0-9]{1,3}\.[0-9]{1,3} )?")
RECEIVED = re.compile(
    rb"Received: from (\S+) \((\[127\.[0-9.]+\]|local user [0-9]+)\)\r\n"
    rb"(?:\t\(using (TLSv1\.[23] \S+)\)\r\n)?"
    rb"\tby gw1\.example\.net \(gsmtpd\) with ([A-Z0-9]+) id ([0-9A-Z]{11});\r\n"
    rb"\t[A-Z][a-z]{2}, [0-9 ]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} [+-][0-9]{4}\r\n")


@dataclass
class Say:
    """Octets, and the replies that follow them, as patterns of how they begin."""

    octets: bytes
    replies: tuple


def say(octets, *replies):
    return Say(octets, replies)


def mail_of(text, *replies):
    """A whole mail by DATA."""
    return Say(TO_DATA + text, TO_DATA_OK + (replies or (QUEUED,)))


@dataclass
class Pause:
    seconds: float


@dataclass
class Until:
    """Replies of one kind, however many, up to one of another."""

    last: str
    before: str


@dataclass
class Handshake:
    """TLS begins here."""


@dataclass
class HangUp:
    """The client goes away without a word."""


@dataclass
class Mail:
    """What has to be in the spool. `content` is what stands behind our Received; `holds` are
    pieces of it, `lacks` are none."""

    content: bytes = None
    sender: str = SENDER
    recipients: tuple = (RECIPIENT,)
    holds: tuple = ()
    lacks: tuple = ()
    values: dict = field(default_factory=dict)


@dataclass
class Case:
    name: str
    steps: tuple
    doors: tuple = ALL
    mails: tuple = ()
    hello: bool = True      # the runner says it
    alive: bool = True      # the session goes on behind the last step

    def __str__(self):
        return self.name


def case(name, *steps, **more):
    return Case(name, steps, **more)


def by_door(cases):
    return [(one, door) for one in cases for door in one.doors]


def name_of(value):
    return value if isinstance(value, str) else str(value)


OPTIONS = {
    "recipients": {"allow": "*.com *.example *]"},
    "queue": {"retry": "1h", "link-retry": "1h"},
}


def smtp_options(folder, relay_port):
    certificate, key = make_certificate(folder)
    users = os.path.join(folder, "users")
    with open(os.open(users, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write(f"{USER}:{CHEAP_X}\n")
    return {
        "tls_certificate": certificate, "tls_key": key, "users_file": users,
        # Of loopback, so that there are strangers on it, too.
        "trusted_networks": "127.0.0.0/16",
        "relay_listen": f"127.0.0.1:{relay_port}",
        "max_connections_per_client": "100",
    }


class Caller(SecureClient):
    """A client at a door; keeps to what every reply has to be."""

    number = 0    # of strangers: each comes from an address of its own

    def __init__(self, daemon, door):
        if door == UNIX:
            super().__init__(daemon.socket_path)
            return
        address = "127.0.0.1"
        if door in (TLS, STRANGER, INSIDE):
            Caller.number += 1
            address = f"127.1.{Caller.number // 250}.{Caller.number % 250 + 1}"
        port = daemon.relay_port if door == RELAY else daemon.port
        self.socket = socket.create_connection(("127.0.0.1", port), 20, source_address=(address, 0))
        self.stream = self.socket.makefile("rb")

    def reply(self):
        """As of Client, looked at."""
        reply = super().reply()
        lines = reply.split("\n")
        for line in lines if reply else []:
            found = REPLY.match(line)
            assert found, f"no reply: {line!r}"
            assert found.group(1) in (None, line[0]), f"codes that differ: {line!r}"
            assert line[:3] == lines[0][:3], f"codes that differ: {reply!r}"
            assert line.isascii() and line.isprintable(), f"controls: {line!r}"
            assert MARK not in line.lower(), f"it repeats what was said: {line!r}"
        if len(lines) == 1 and reply and reply[:3] not in ("220", "250", "334", "354"):
            assert found.group(1), f"no enhanced code: {reply!r}"
        return reply

    def expect(self, pattern):
        reply = self.reply()
        assert re.match(pattern, reply), f"{reply!r} and not {pattern!r}"

    def enter(self, door):
        """Up to where a case begins."""
        if door in (TLS, INSIDE):
            self.secure(hello=False)
        else:
            self.expect("220 gw1.example.net ESMTP")

    def hello(self, door):
        self.send(HELLO)
        self.expect("250-gw1.example.net")
        if door == TLS:
            self.send(plain(USER, PASSWORD))
            self.expect(r"235 2\.7\.0")

    def is_at_end(self):
        try:
            return self.stream.read(1) == b""
        except (ConnectionResetError, ssl.SSLError):
            return True

    def take(self, step):
        if isinstance(step, Pause):
            time.sleep(step.seconds)
        elif isinstance(step, Handshake):
            self.wrap()
        elif isinstance(step, HangUp):
            self.close()
        elif isinstance(step, Until):
            reply = self.reply()
            while re.match(step.before, reply):
                reply = self.reply()
            assert re.match(step.last, reply), reply
        else:
            try:
                self.send(step.octets)
            except (ConnectionResetError, BrokenPipeError):
                pass    # it had heard enough; the replies tell
            for pattern in step.replies:
                self.expect(pattern)


def names_in(daemon):
    folder = os.path.join(daemon.spool, "queue")
    return {name for name in os.listdir(folder) if "." not in name}


def check_received(content, door, name):
    """Takes our field off."""
    found = RECEIVED.match(content)
    assert found, f"Received: {content[:300]!r}"
    client, tls, protocol, queue_id = found.group(2, 3, 4, 5)
    assert (tls is not None) == (door == TLS)
    assert client.startswith(b"local user ") == (door == UNIX)
    assert protocol in {TCP: (b"ESMTP", b"SMTP"), TLS: (b"ESMTPSA",), UNIX: (b"ESMTP", b"SMTP"),
                        RELAY: (b"ESMTP", b"UTF8SMTP")}[door]
    assert queue_id.decode() == name
    return content[found.end():]


def check_mail(daemon, door, name, expected):
    kept = Stored(os.path.join(daemon.spool, "queue", name))
    kept.envelope = [urllib.parse.unquote(line) for line in kept.envelope]    # docs/SPOOL.md
    content = check_received(kept.content, door, name)
    assert kept.values("sender") == [expected.sender]
    assert kept.values("recipient") == list(expected.recipients)
    for key, values in expected.values.items():
        assert kept.values(key) == values, key
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n|\0", content)
    if expected.content is not None:
        assert content == expected.content
    for piece in expected.holds:
        assert piece in content, (piece, content)
    for piece in expected.lacks:
        assert piece not in content, (piece, content)
    (entry,) = [entry for entry in daemon.queue() if entry["id"] == name]
    assert entry["sender"] == expected.sender
    assert [one["address"] for one in entry["recipients"]] == list(expected.recipients)
    assert entry["size"] == len(kept.content)


def run(daemon, one, door):
    before = names_in(daemon)
    with Caller(daemon, door) as caller:
        caller.enter(door)
        if one.hello:
            caller.hello(door)
        for step in one.steps:
            caller.take(step)
        if one.alive:
            # Nothing more was said than what was expected, and nothing waits to run.
            caller.send(b"NOOP\r\n")
            assert caller.reply() == "250 2.0.0 OK"
        elif not isinstance(one.steps[-1], HangUp):
            assert caller.is_at_end()
    new = sorted(names_in(daemon) - before)
    assert len(new) == len(one.mails), f"{len(new)} mails instead of {len(one.mails)}"
    for name, expected in zip(new, one.mails):
        check_mail(daemon, door, name, expected)
