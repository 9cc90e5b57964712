# SPDX-License-Identifier: ISC
"""The programs under test, as objects: Emulator and Daemon, in a folder of their own."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time

BUILD = os.path.abspath(os.environ.get("GSMTPD_BUILD", "."))
STARTUP_S = 30


def program(name):
    path = os.path.join(BUILD, name)
    if not os.access(path, os.X_OK):
        raise RuntimeError(f"{path} is not built; set GSMTPD_BUILD")
    return path


def environment(**more):
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GSMTPD_")}
    kept.pop("NOTIFY_SOCKET", None)
    kept.pop("JOURNAL_STREAM", None)
    kept["UBSAN_OPTIONS"] = "print_stacktrace=1"
    kept.update(more)
    return kept


def eventually(condition, timeout=20, what="it"):
    """What condition() returns, once it is true."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come about in {timeout} s")
        time.sleep(0.02)


class Running:
    """A program that runs with its standard error in a file."""

    def __init__(self, folder, name):
        self.folder = str(folder)
        self.name = name
        self.process = None
        self.error_path = os.path.join(self.folder, name + ".err")

    def spawn(self, arguments, env=None):
        with open(self.error_path, "ab") as error:
            self.process = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=error,
                stderr=error,
                env=env or environment(),
                cwd=self.folder,
            )

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def stop(self, number=signal.SIGTERM, timeout=70):
        """Ends it and returns its exit status."""
        if self.is_running():
            self.process.send_signal(number)
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"{self.name} did not stop in {timeout} s")

    def kill(self):
        return self.stop(signal.SIGKILL)

    def log(self):
        try:
            with open(self.error_path, encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def complain_of_sanitizers(self):
        found = re.search(r".*(Sanitizer|runtime error:).*", self.log())
        assert not found, f"{self.name}: {found.group(0)}\n{self.log()[-4000:]}"


class Emulator(Running):
    """A module whose other end is .device; rules is a list of faults, see gsmtp-emulator(1)."""

    def __init__(self, folder, relay_port=None, rules=(), options=("--delay", "5"), name=""):
        """`name` tells several in one folder apart."""
        super().__init__(folder, "gsmtp-emulator")
        self.error_path = os.path.join(self.folder, f"gsmtp-emulator{name}.err")
        self.device = os.path.join(self.folder, f"modem{name}")
        self.log_path = os.path.join(self.folder, f"emulator{name}.log")
        self.script_path = os.path.join(self.folder, f"emulator{name}.script")
        self.relay_port = relay_port
        self.rules = list(rules)
        self.options = list(options)

    def start(self):
        arguments = [program(self.name), "--link", self.device, "--log", self.log_path]
        arguments += self.options
        if self.relay_port:
            arguments += ["--relay", f"127.0.0.1:{self.relay_port}"]
        if self.rules:
            with open(self.script_path, "w") as file:
                file.writelines(json.dumps(rule) + "\n" for rule in self.rules)
            arguments += ["--script", self.script_path]
        self.spawn(arguments)
        eventually(
            lambda: os.path.exists(self.device) or not self.is_running(),
            STARTUP_S,
            "the emulator's tty",
        )
        assert self.is_running(), self.log()
        return self

    def records(self):
        with open(self.log_path, encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.endswith("\n")]

    def lines(self, side):
        """What "host" or "module" said."""
        return [record["text"] for record in self.records()
                if record.get("event") == "line" and record.get("from") == side]


class NotifySocket:
    """What systemd would hear."""

    def __init__(self, path):
        self.path = path
        self.messages = []
        self.changed = threading.Condition()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        self.reading = threading.Event()
        self.reading.set()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            self.reading.wait()
            try:
                data = self.socket.recv(65536)
            except OSError:
                return
            if not data:
                return
            with self.changed:
                self.messages += data.decode().splitlines()
                self.changed.notify_all()

    def pause(self):
        """Reads no more, but for the one message that it waits for."""
        self.reading.clear()

    def forget(self):
        with self.changed:
            self.messages.clear()

    def has(self, message):
        with self.changed:
            return message in self.messages

    def statuses(self):
        with self.changed:
            return [line[7:] for line in self.messages if line.startswith("STATUS=")]

    def close(self):
        self.reading.set()
        self.socket.shutdown(socket.SHUT_RD)
        self.socket.close()


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("gsmtpd", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


DEFAULTS = {
    "daemon": {"hostname": "gw1.example.net", "log-level": "debug"},
    "smtp": {},
    "recipients": {},
    'account "main"': {
        "server": "smtp.example.net",
        "user": "gw1",
        "address": "gw1@example.net",
        "name": "Gateway 1",
    },
    'modem "gsm0"': {
        "account": "main",
        "plus-guard": "none",
        "command-timeout": "5s",
        "register-timeout": "20s",
    },
    "queue": {
        "retry": "300ms 600ms 1s",
        "link-retry": "300ms 600ms 1s",
        "account-retry": "2s",
        "min-free": "1M",
    },
    "content": {},
}


class Daemon(Running):
    """gsmtpd with a configuration, spool and sockets of its own."""

    def __init__(self, folder, device, port, **sections):
        super().__init__(folder, "gsmtpd")
        self.port = port
        self.socket_path = self._path("smtp.sock")
        self.control_path = self._path("control.sock")
        self.spool = self._path("spool")
        self.configuration = self._path("gsmtpd.conf")
        self.notify = NotifySocket(self._path("notify.sock"))
        self.compose = program("gsmtpd-compose")
        self.may_excerpt = False
        self.environment = {}
        self.status = None
        os.mkdir(self.spool, 0o700)
        os.mkdir(self._path("state"), 0o700)
        self.write_secret("password", "secret\n")
        self.configure(device, sections)

    def _path(self, name):
        return os.path.join(self.folder, name)

    def write_secret(self, name, text):
        """A file beside the configuration; its path."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with open(os.open(self._path(name), flags, 0o600), "w") as file:
            file.write(text)
        return self._path(name)

    def configure(self, device, sections):
        merged = {name: dict(options) for name, options in DEFAULTS.items()}
        merged["daemon"].update(
            spool=self.spool, state=self._path("state"), control=f"unix:{self.control_path}"
        )
        merged["smtp"]["listen"] = f"unix:{self.socket_path} 127.0.0.1:{self.port}"
        merged["recipients"]["aliases"] = self._path("aliases")
        merged['account "main"']["password-file"] = self._path("password")
        merged['modem "gsm0"']["device"] = device
        names = {"account": 'account "main"', "modem": 'modem "gsm0"'}
        for name, options in sections.items():
            name = names.get(name, name)
            if name not in merged:    # a further account or modem, else like the first
                merged[name] = dict(merged[names[name.split()[0]]])
            merged[name].update(
                {key.replace("_", "-"): value for key, value in options.items()}
            )
        with open(self.configuration, "w") as file:
            for name, options in merged.items():
                file.write(f"[{name}]\n")
                file.writelines(f"{key} = {value}\n" for key, value in options.items())

    def start(self, ready=True):
        self.notify.forget()
        arguments = [program(self.name), "-c", self.configuration, "--compose", self.compose]
        self.spawn(arguments, environment(NOTIFY_SOCKET=self.notify.path, **self.environment))
        if ready:
            eventually(
                lambda: self.notify.has("READY=1") or not self.is_running(), STARTUP_S, "READY=1"
            )
            assert self.is_running(), f"gsmtpd ended with {self.process.returncode}:\n{self.log()}"
        return self

    def restart(self):
        return self.start()

    def close(self):
        """At the end of a test: whatever it did, it stops cleanly and without complaint."""
        running = self.is_running()
        if running:
            status = self.stop()
        self.notify.close()
        self.complain_of_sanitizers()
        assert self.may_excerpt or "excerpt" not in self.log(), self.log()[-4000:]
        assert not running or status == 0, f"gsmtpd ended with {status}:\n{self.log()[-4000:]}"

    # its clients

    def sendmail(self, *arguments, mail="", status=0, **more):
        """Hands a mail to gsmtp-sendmail; returns what it printed."""
        done = subprocess.run(
            [program("gsmtp-sendmail"), *arguments],
            input=mail.encode() if isinstance(mail, str) else mail,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment(GSMTPD_SUBMIT=f"unix:{self.socket_path}", **more),
            timeout=90,
            check=False,
        )
        text = done.stdout.decode(errors="replace")
        assert done.returncode == status, f"exit status {done.returncode}: {text}"
        return text

    def ctl(self, *arguments, status=0):
        done = subprocess.run(
            [program("gsmtpctl"), "-s", f"unix:{self.control_path}", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment(),
            timeout=60,
            check=False,
        )
        text = done.stdout.decode(errors="replace")
        assert done.returncode == status, f"exit status {done.returncode}: {text}"
        return text

    def api(self, path, method="GET", status=200):
        connection = UnixConnection(self.control_path)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            body = answer.read().decode()
        finally:
            connection.close()
        assert answer.status == status, f"{answer.status} {answer.reason}: {body}"
        return json.loads(body) if "json" in answer.getheader("Content-Type", "") else body

    def queue(self):
        return self.api("/v1/queue")["queue"]

    def entry(self, recipient):
        """The queue's entry that holds a recipient, or None."""
        for entry in self.queue():
            if any(one["address"] == recipient for one in entry["recipients"]):
                return entry
        return None

    def wait_empty(self, timeout=60):
        eventually(lambda: not self.queue(), timeout, "an empty queue")

    def wait_only_failed(self, timeout=60):
        """Until nothing is left to be sent, reports about what failed among it."""

        def is_over(entry):
            path = os.path.join(self.spool, "failed", entry["id"])
            return entry["state"] == "failed" and os.path.exists(path)

        eventually(lambda: all(is_over(entry) for entry in self.queue()), timeout,
                   "a queue of failed mails only")

    def wait_state(self, recipient, state, timeout=20):
        def reached():
            entry = self.entry(recipient)
            return entry if entry and entry["state"] == state else None

        try:
            return eventually(reached, timeout, f"state {state} of {recipient}")
        except AssertionError as error:
            raise AssertionError(f"{error}; it is {self.entry(recipient)}") from None
