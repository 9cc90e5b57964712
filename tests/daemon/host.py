# SPDX-License-Identifier: ISC
"""The host's end of the emulator's line, for tests that speak AT themselves."""

import os
import re
import select
import time
import tty

ESCAPE = b"+++"


class Host:
    """The other end of the line: opens the tty raw, says lines, waits for answers."""

    def __init__(self, path):
        self.fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(self.fd)
        self.heard = b""

    def close(self):
        os.close(self.fd)

    def send(self, octets):
        while octets:
            select.select([], [self.fd], [], 10)
            octets = octets[os.write(self.fd, octets):]

    def wait(self, pattern, timeout=20):
        """All that was said up to the end of the first match."""
        deadline = time.monotonic() + timeout
        while True:
            found = re.search(pattern, self.heard)
            if found:
                said, self.heard = self.heard[:found.end()], self.heard[found.end():]
                return said
            left = deadline - time.monotonic()
            assert left > 0, f"{pattern} did not come, but {self.heard}"
            if select.select([self.fd], [], [], left)[0]:
                self.heard += os.read(self.fd, 4096)

    def command(self, line, pattern=rb"\r\n(OK|ERROR)\r\n", timeout=20):
        self.send(line.encode() + b"\r")
        return self.wait(pattern, timeout)

    def result(self, line, name, timeout=20):
        """The number of a deferred result."""
        said = self.command(line, rb"\r\nERROR\r\n|\+%s: ?(-?\d+)\r\n" % name, timeout)
        assert b"ERROR" not in said
        assert said.startswith(b"\r\nOK\r\n\r\n")
        return int(re.search(rb"(-?\d+)\r\n$", said).group(1))

    def data(self, line, octets, name):
        self.command(line, rb"\r\nCONNECT\r\n")
        self.send(octets + ESCAPE)
        return int(re.search(rb"(-?\d+)\r\n$", self.wait(rb"\+%s: -?\d+\r\n" % name)).group(1))

    def set_up(self, password="secret", recipients=((1, "to@example.net"),)):
        self.command("ATE0")
        self.heard = b""
        for line in (
            'AT+QSMTPSRV="smtp.example.net", 25',
            'AT+QSMTPUSER="gw1"',
            f'AT+QSMTPPWD="{password}"',
            'AT+QSMTPNAME="Gateway"',
            'AT+QSMTPADDR="gw1@example.net"',
        ):
            assert b"OK" in self.command(line)
        for kind, address in recipients:
            assert self.result(f'AT+QSMTPDST=1,{kind},"{address}"', b"QSMTPDST") == 0

    def put(self, timeout=30):
        return self.result("AT+QSMTPPUT=300", b"QSMTPPUT", timeout)
