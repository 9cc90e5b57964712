# SPDX-License-Identifier: ISC
"""The far mail server: a real SMTP server (aiosmtpd) with AUTH that keeps what it gets.

A recipient whose local part begins with rcpt-NNN is answered with NNN at RCPT, one with
data-NNN at the end of DATA: data-451.x@example.net. As a program it writes each mail
to a folder: sink.py PORT FOLDER [USER PASSWORD].
"""

import email
import email.policy
import os
import re
import socket
import sys
import threading
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

SCRIPTED = re.compile(r"(rcpt|data)-([0-9]{3})")


class Mail:
    """One mail as the far server has it."""

    def __init__(self, envelope, user):
        self.sender = envelope.mail_from
        self.recipients = list(envelope.rcpt_tos)
        self.raw = bytes(envelope.content)
        self.user = user

    @property
    def message(self):
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def subject(self):
        return self.message["Subject"]

    @property
    def text(self):
        part = self.message.get_body(preferencelist=("plain",))
        return part.get_content().replace("\r\n", "\n")

    def attachments(self):
        return {
            part.get_filename(): part.get_payload(decode=True)
            for part in self.message.iter_attachments()
        }

    def attached(self, ending):
        """The text of the attachment whose name ends so."""
        (octets,) = [octets for name, octets in self.attachments().items() if name.endswith(ending)]
        return octets.decode()

    def header_addresses(self, name):
        field = self.message[name]
        return [address.addr_spec for address in field.addresses] if field else []


def scripted_reply(stage, address):
    found = SCRIPTED.match(address)
    if found and found.group(1) == stage:
        code = found.group(2)
        return f"{code} {code[0]}.0.0 as scripted"
    return None


class Sink:
    """Start it, send to it, look at .mails; stop it."""

    def __init__(self, user="gw1", password="secret", keep=None):
        self.mails = []
        self.login = (user.encode(), password.encode())
        self.keep = keep
        self.changed = threading.Condition()

    def start(self, port=0):
        self.port = port or free_port()
        self.controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            authenticator=self.authenticate,
            auth_require_tls=False,
            auth_required=True,
            enable_SMTPUTF8=True,
        )
        self.controller.start()
        return self

    def stop(self):
        self.controller.stop()

    def authenticate(self, server, session, envelope, mechanism, data):
        good = isinstance(data, LoginPassword) and (data.login, data.password) == self.login
        return AuthResult(success=good, handled=False, auth_data=data.login if good else None)

    async def handle_RCPT(self, server, session, envelope, address, options):
        reply = scripted_reply("rcpt", address)
        if reply is None:
            envelope.rcpt_tos.append(address)
        return reply or "250 2.1.5 fine"

    async def handle_DATA(self, server, session, envelope):
        for address in envelope.rcpt_tos:
            reply = scripted_reply("data", address)
            if reply:
                return reply
        user = (session.auth_data or b"").decode()
        with self.changed:
            self.mails.append(Mail(envelope, user))
            self.changed.notify_all()
            if self.keep:
                self.keep(len(self.mails), self.mails[-1])
        return "250 2.0.0 kept"

    def wait(self, count=1, timeout=30):
        """The mails, once there are at least `count`."""
        with self.changed:
            if not self.changed.wait_for(lambda: len(self.mails) >= count, timeout):
                raise AssertionError(f"{len(self.mails)} of {count} mails came in {timeout} s")
            return list(self.mails)

    def wait_for(self, wanted, timeout=30):
        """The first mail for which wanted(mail) is true."""

        def find():
            return next((mail for mail in self.mails if wanted(mail)), None)

        with self.changed:
            if not self.changed.wait_for(lambda: find() is not None, timeout):
                raise AssertionError(f"no such mail among {len(self.mails)} in {timeout} s")
            return find()


def ports():
    """Ports below those that the kernel gives away, apart for each process of a parallel run."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    yield from range(10000 + worker * 1000, 10000 + worker * 1000 + 1000)


remaining = ports()


def free_port():
    for port in remaining:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise RuntimeError("no free port is left")


def main():
    port, folder = int(sys.argv[1]), sys.argv[2]
    login = sys.argv[3:5] or ["gw1", "secret"]

    def keep(number, mail):
        path = os.path.join(folder, f"{number:04}.eml")
        with open(path + ".part", "wb") as file:
            file.write(f"X-Envelope-From: {mail.sender}\r\n".encode())
            file.write(f"X-Envelope-To: {', '.join(mail.recipients)}\r\n".encode())
            file.write(mail.raw)
        os.rename(path + ".part", path)

    Sink(*login, keep=keep).start(port)
    open(os.path.join(folder, "ready"), "w").close()
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    main()
