# SPDX-License-Identifier: ISC
"""A box: a machine on which our sendmail is the only one, as a mount and process namespace of
this one. /usr, /etc and /var are laid over with what `scripts/deps --unpack` fetched and with the
files of a test, and written to in memory only; /run is new, with the daemon's socket where it is
looked for. Nothing in it outlives it."""

import fcntl
import os
import shlex
import shutil
import subprocess

from house import environment, program

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
PROGRAMS = os.path.join(TOP, "build/programs")

ENTER = """
set -e
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root
mount -t tmpfs -o mode=755 box {memory}
for name in usr etc var; do
	mkdir -p {memory}/$name {memory}/work/$name
	lower={layer}/$name
	[ ! -d {programs}/$name ] || lower=$lower:{programs}/$name
	mount -t overlay box -o lowerdir=$lower:/$name,upperdir={memory}/$name,workdir={memory}/work/$name /$name
done
mount -t tmpfs -o mode=755 box /run
mkdir /run/gsmtpd /run/lock
ln -s {socket} /run/gsmtpd/smtp.sock
ln -s {control} /run/gsmtpd/control.sock
# No job of this machine's runs in it.
mkdir -p /etc/cron.d /var/spool/cron/crontabs
mount -t tmpfs -o mode=755 box /etc/cron.d
mount -t tmpfs -o mode=1730,gid=$(stat -c %g /var/spool/cron/crontabs) box /var/spool/cron/crontabs
: >/etc/crontab
. {files}
cd /
"""


def unpacked():
    """The folder with the programs that are not installed, made when it does not hold them yet."""
    os.makedirs(os.path.dirname(PROGRAMS), exist_ok=True)
    with open(PROGRAMS + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run([os.path.join(TOP, "scripts/deps"), "--unpack", PROGRAMS],
                       stdin=subprocess.DEVNULL, check=True)
    return PROGRAMS


class Box:
    """Commands run in it as root; `files` maps paths to (text, mode)."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.folder = os.path.join(daemon.folder, "box")
        self.layer = os.path.join(self.folder, "layer")
        self.memory = os.path.join(self.folder, "memory")
        self.files = {}
        self.running = []
        # Others than who made them use these.
        os.chmod(daemon.folder, 0o755)
        os.makedirs(self.memory)
        for name in ("usr/sbin", "usr/bin", "usr/lib", "etc", "var"):
            os.makedirs(os.path.join(self.layer, name))
        for name in ("gsmtp-sendmail", "gsmtpctl"):
            shutil.copy(program(name), os.path.join(self.layer, "usr/sbin", name))
        for link in ("sbin/sendmail", "lib/sendmail", "bin/mailq", "bin/newaliases"):
            os.symlink("/usr/sbin/gsmtp-sendmail", os.path.join(self.layer, "usr", link))

    def put(self, path, text, mode=0o644):
        self.files[path] = (text, mode)

    def _script(self):
        os.makedirs(os.path.join(self.folder, "files"), exist_ok=True)
        lines = []
        for number, (path, (text, mode)) in enumerate(self.files.items()):
            source = os.path.join(self.folder, "files", str(number))
            with open(source, "w") as file:
                file.write(text)
            lines.append(f"install -D -m {mode:o} {source} {shlex.quote(path)}\n")
        with open(os.path.join(self.folder, "put"), "w") as file:
            file.writelines(lines)
        return ENTER.format(memory=self.memory, layer=self.layer, programs=unpacked(),
                            socket=self.daemon.socket_path, control=self.daemon.control_path,
                            files=file.name)

    def _command(self, text):
        become = [] if os.geteuid() == 0 else ["sudo", "-n"]
        return [*become, "unshare", "--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc",
                "/bin/sh", "-c", self._script() + text]

    def run(self, text, status=0, timeout=90):
        """Runs a shell script to its end; returns what it printed."""
        done = subprocess.run(self._command(text), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment(),
                              timeout=timeout, check=False)
        printed = done.stdout.decode(errors="replace")
        assert status is None or done.returncode == status, f"status {done.returncode}: {printed}"
        return printed

    def start(self, text):
        """Runs one that goes on until the box is closed: its first process, with which all end,
        waits for the end of its input."""
        script = f"{{ {text}\n}} </dev/null &\nread end || exit 0"
        with open(os.path.join(self.folder, "log"), "ab") as log:
            self.running.append(subprocess.Popen(self._command(script), stdin=subprocess.PIPE,
                                                 stdout=log, stderr=log, env=environment()))

    def log(self):
        with open(os.path.join(self.folder, "log"), errors="replace") as file:
            return file.read()

    def close(self):
        for one in self.running:
            one.stdin.close()
            one.wait(30)
