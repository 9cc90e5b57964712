# SPDX-License-Identifier: ISC
"""A line between gsmtpd and a module that a test can say things on, as neither would."""

import os
import select
import threading
import tty


class Tap:
    """Passes octets between the tty at .device, where gsmtpd is, and the module's."""

    def __init__(self, folder, module_device):
        self.device = os.path.join(str(folder), "tap")
        self.module = os.open(module_device, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self.module)
        self.master, slave = os.openpty()
        tty.setraw(slave)
        os.symlink(os.ttyname(slave), self.device)
        # Kept open, so that the master hears no hang-up before gsmtpd comes.
        self.slave = slave
        self.from_module = lambda octets: octets
        self.from_host = lambda octets: octets
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._pass, daemon=True)
        self.thread.start()

    def _pass(self):
        while not self.ended.is_set():
            ready, _, _ = select.select([self.master, self.module], [], [], 0.1)
            if self.master in ready:
                write(self.module, self.from_host(os.read(self.master, 4096)))
            if self.module in ready:
                self.say(self.from_module(os.read(self.module, 4096)))

    def say(self, octets):
        """To gsmtpd, as if the module had said it."""
        write(self.master, octets)

    def close(self):
        self.ended.set()
        self.thread.join()
        for fd in (self.master, self.slave, self.module):
            os.close(fd)


def write(fd, octets):
    while octets:
        octets = octets[os.write(fd, octets):]
