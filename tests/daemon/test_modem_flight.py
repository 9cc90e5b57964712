# SPDX-License-Identifier: ISC
"""The flight recorder: when a module fails there is a file that tells the last minutes of its
line, with no secret in it, and the emulator plays it again."""

import glob
import os
import re
import shutil

import pytest

from house import Emulator, eventually
from test_delivery import mail

SECRETS = ["hunter2-secret", "secret-apn-word", "Top secret subject", "Top secret text", "4711"]
RECORD = re.compile(r"[0-9]+\.[0-9]{3} [<>=] .*|[<>=# ].*|")


def flights(daemon):
    return sorted(glob.glob(os.path.join(daemon.folder, "state", "flight-gsm0-*")))


def wait_flight(daemon):
    (path,) = eventually(lambda: flights(daemon), 40, "a flight record")
    with open(path, encoding="utf-8") as file:
        return path, file.read()


def configure(daemon, device, retry="1h"):
    daemon.configure(device, {"queue": {"retry": retry, "link-retry": retry}, "modem": {
        "command-timeout": "300ms", "apn": "internet", "apn-user": "someone",
        "pin-file": daemon.write_secret("pin", "4711\n"),
        "apn-password-file": daemon.write_secret("apn-password", "secret-apn-word\n")}})


def send_secrets(daemon):
    daemon.sendmail("ops@example.com", mail=mail("Top secret subject", "Top secret text\n"))


@pytest.fixture
def failed(make_emulator, make_daemon):
    """failed(rule, retry="1h"): a daemon whose module fails with its first mail, full of secrets."""

    def make(rule, **options):
        emulator = make_emulator(rules=[rule], options=["--delay", "5", "--pin", "4711"])
        daemon = make_daemon(emulator.device)
        daemon.write_secret("password", "hunter2-secret\n")
        configure(daemon, emulator.device, **options)
        daemon.start()
        send_secrets(daemon)
        return emulator, daemon

    return make


@pytest.fixture
def play(folder):
    """play(daemon, tape): starts it as if it had never run, with a tape for a module."""
    made = []

    def make(daemon, tape):
        for name in ("state", "spool"):
            shutil.rmtree(os.path.join(folder, name))
            os.mkdir(os.path.join(folder, name), 0o700)
        module = Emulator(folder, None, options=["--replay", tape], name="-replay")
        made.append(module)
        module.start()
        configure(daemon, module.device)
        daemon.start()
        send_secrets(daemon)
        return module

    yield make
    for module in made:
        module.stop()
        module.complain_of_sanitizers()


OUTCOME = re.compile(r"gsmtpd: (?:\w+: )?(.*?)(?:; its last.*)? GSMTPD_.*"
                     r"GSMTPD_EVENT=(?:flight|link-down|uncertain|deferred) ")


def outcomes(log):
    """What the log says became of the mail, without what is by chance."""
    return sorted(re.sub(r"next try in [0-9a-z ]+", "next try", found)
                  for found in OUTCOME.findall(log))


def test_failure_leaves_a_file_without_secrets(failed):
    _, daemon = failed({"on": "AT+QSMTPDST=1", "drop": "all"})
    path, text = wait_flight(daemon)
    assert os.stat(path).st_mode & 0o077 == 0
    assert path in daemon.log()
    for secret in SECRETS:
        assert secret not in text
        assert secret not in daemon.log()
    assert "> AT+QSMTPDST=1,1," in text
    assert "> AT+QSMTPPWD=" in text
    assert "< OK" in text
    assert not [line for line in text.splitlines() if not RECORD.fullmatch(line)]


def test_module_that_does_well_leaves_none(daemon, sink):
    daemon.sendmail("ops@example.com", mail=mail("Well", "text\n"))
    sink.wait()
    daemon.wait_empty()
    assert not flights(daemon)


def test_one_failure_after_the_other_leaves_one_file(failed):
    _, daemon = failed({"on": "AT+QSMTPDST=1", "drop": "all"}, retry="300ms")
    wait_flight(daemon)
    eventually(lambda: ": attempt 4 by" in daemon.log(), 60, "three failures")
    assert len(flights(daemon)) == 1


HEARTBEATS = "2.4 > AT\n2.4 < OK\n2.4 > AT+CSQ\n2.4 < +CSQ: 9,0\n2.4 < OK\n" * 100


@pytest.mark.parametrize("rule, end", [
    ({"on": "AT+QSMTPDST=1", "drop": "all"}, "time-out at QSMTPDST"),
    ({"on": "AT+QSMTPSUB", "drop": "all"}, "time-out at QSMTPSUB"),
    ({"on": "data", "has": "BODY", "at": 40, "silence": 60000}, "time-out at QSMTPBODY"),
    ({"on": "AT+QSMTPDST?", "info": '+QSMTPDST: 1,1,"x@example.org"'}, "mismatch at QSMTPDST?"),
    ({"on": "put", "reset": True, "phase": "between"}, "reset at QSMTPPUT"),
])
def test_replay_reproduces_the_failure(failed, play, folder, rule, end):
    emulator, daemon = failed(rule)
    path, text = wait_flight(daemon)
    for secret in SECRETS:
        assert secret not in text
    eventually(lambda: len(outcomes(daemon.log())) > 1, 40, "an outcome")
    daemon.stop()
    emulator.stop()
    before = daemon.log()
    assert f"mail: {end}" in " ".join(outcomes(before))
    # Most modules have been idle for long before they fail.
    start, failure = re.split(r"[0-9.]+ = ready\n", text)
    tape = os.path.join(folder, "tape")
    with open(tape, "w", encoding="ascii") as file:
        file.write(start + HEARTBEATS + failure)
    module = play(daemon, tape)
    eventually(lambda: outcomes(daemon.log()[len(before):]) == outcomes(before), 60,
               f"{outcomes(before)}")
    assert [one for one in module.records() if one.get("state") == "end"]
