# SPDX-License-Identifier: ISC
"""A real Postfix in a box, with all it writes in memory."""

import smtplib
import textwrap

from house import eventually

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
MAIN = """
compatibility_level = 3.6
myhostname = field.example.org
mydestination =
local_transport = error:nobody lives here
inet_protocols = ipv4
inet_interfaces = loopback-only
mynetworks = 127.0.0.0/8
alias_maps =
maillog_file = {log}
maillog_file_prefixes = /
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
"""
START = """
getent passwd postfix >/dev/null || useradd --system postfix
getent group postdrop >/dev/null || groupadd --system postdrop
mkdir -p /var/spool/postfix /var/lib/postfix
chown postfix /var/lib/postfix
exec postfix start-fg
"""


class Postfix:
    """Takes mail at .port; more options are lines of main.cf."""

    def __init__(self, box, port, options):
        self.box, self.port = box, port
        self.log_path = box.folder + "/postfix.log"
        box.put("/etc/postfix/main.cf", MAIN.format(log=self.log_path) + textwrap.dedent(options) + "\n")
        box.put("/etc/postfix/master.cf", MASTER.format(port=port))
        box.put("/etc/postfix/dynamicmaps.cf", "")
        box.start(START)

    def log(self):
        try:
            with open(self.log_path, errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def client(self):
        """A connection, as soon as it takes one."""

        def connect():
            try:
                return smtplib.SMTP("127.0.0.1", self.port, timeout=30)
            except OSError:
                return None

        try:
            return eventually(connect, 30, "Postfix")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.box.log()}\n{self.log()}") from None
