# SPDX-License-Identifier: ISC
"""The device: gone, back under another name, hung up in the middle of a mail, another's,
at another rate."""

import os
import signal
import subprocess
import sys
import time

import pytest

from house import eventually
from test_delivery import mail

SHORT = {"retry": "200ms", "link-retry": "200ms"}
LONG_BODY = "".join(f"line {number} of a long text\n" for number in range(200))


def modem(daemon):
    (only,) = daemon.api("/v1/modems")["modems"]
    return only


def wait_modem(daemon, state, timeout=20):
    def reached():
        return modem(daemon)["state"] == state

    try:
        eventually(reached, timeout, f"a modem that is {state}")
    except AssertionError as error:
        raise AssertionError(f"{error}; it is {modem(daemon)}") from None


def wait_status(daemon, *words, timeout=20):
    """A STATUS= that holds all the words; what it says."""

    def found():
        return [line for line in daemon.notify.statuses() if all(word in line for word in words)]

    try:
        return eventually(found, timeout, f"a STATUS= with {words}")[-1]
    except AssertionError as error:
        raise AssertionError(f"{error}; the last are {daemon.notify.statuses()[-5:]}") from None


def test_replug_under_another_name_is_noticed_and_mail_goes_on(make_daemon, make_emulator, sink):
    first = make_emulator()
    daemon = make_daemon(first.device, queue=SHORT).start()
    daemon.sendmail("a@example.com", mail=mail("Before", "text\n"))
    sink.wait()
    old = os.path.realpath(first.device)
    holder = os.open(old, os.O_RDWR | os.O_NOCTTY)    # so that its number is not given again
    first.kill()
    os.unlink(first.device)
    wait_modem(daemon, "absent", timeout=5)
    second = make_emulator()
    plugged = time.monotonic()
    assert os.path.realpath(second.device) != old
    eventually(lambda: second.lines("host"), 5, "a word of gsmtpd")
    assert time.monotonic() - plugged < 5
    daemon.sendmail("b@example.com", mail=mail("After", "text\n"))
    sink.wait_for(lambda one: one.subject == "After")
    daemon.wait_empty()
    os.close(holder)


def long_mail(daemon, **more):
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "r@gw1.example.net", "a@x.org", "Long"
    message.set_content(LONG_BODY)
    message.add_attachment(bytes(range(32, 43)) * 800, maintype="application", subtype="x",
                           filename="a.bin")
    daemon.sendmail("ops@example.com", mail=message.as_bytes(), **more)


@pytest.mark.parametrize("place", ["AT+QSMTPBODY", "AT+QSMTPATT"])
@pytest.mark.parametrize("harm", [{"hangup": 400}, {"reset": True}, {"reset": True, "mute": True},
                                  {"silence": 1500}])
def test_trouble_in_the_middle_of_data_loses_and_doubles_nothing(make_daemon, make_emulator, sink,
                                                                 place, harm):
    emulator = make_emulator(
        rules=[{"on": "data", "has": place, "at": 3000, "nth": 1, **harm}],
        options=["--delay", "5", "--baud", "115200"],
    )
    daemon = make_daemon(emulator.device, queue=SHORT,
                         modem={"attachments": "line", "command-timeout": "1s"}).start()
    long_mail(daemon)
    (arrived,) = sink.wait(timeout=60)
    daemon.wait_empty()
    assert len(sink.mails) == 1
    assert "line 199 of a long text" in arrived.text
    assert "duplicate" not in arrived.text
    assert arrived.attachments() == {"a.bin": bytes(range(32, 43)) * 800}
    assert not [one for one in emulator.records() if one["event"] == "danger"]
    assert len([one for one in emulator.records() if one["event"] == "fault"]) == 1


@pytest.mark.parametrize("harm", [{"hangup": 400}, {"reset": True}])
def test_trouble_behind_put_is_uncertain_and_the_second_is_marked(make_daemon, make_emulator, sink,
                                                                  harm):
    emulator = make_emulator(
        rules=[{"on": "put", "nth": 1, "deliver": True, "phase": "between", "delay-result": 2000,
                **harm}],
    )
    daemon = make_daemon(emulator.device, queue=SHORT, modem={"command-timeout": "1s"}).start()
    daemon.sendmail("ops@example.com", mail=mail("Twice", "text\n"))
    daemon.wait_empty()
    last = sink.wait(1)[-1]
    assert "possible duplicate" in last.text.lower()
    assert [one for one in sink.mails[:-1] if "duplicate" in one.text.lower()] == []
    assert "uncertain" in daemon.log()


def test_module_that_falls_silent_is_noticed_by_the_mail(make_daemon, make_emulator, sink):
    emulator = make_emulator(rules=[{"on": "AT+QSMTPSUB", "nth": 1, "silence": 2000}])
    daemon = make_daemon(emulator.device, queue=SHORT,
                         modem={"command-timeout": "500ms"}).start()
    daemon.sendmail("ops@example.com", mail=mail("Silence", "text\n"))
    sink.wait(timeout=60)
    daemon.wait_empty()
    assert len(sink.mails) == 1
    assert "duplicate" not in sink.mails[0].text


def test_device_that_is_not_there_is_told(make_daemon, folder):
    missing = os.path.join(folder, "no-such-tty")
    daemon = make_daemon(missing).start()
    wait_status(daemon, "gsm0 absent", missing)
    assert missing in daemon.log()


def test_device_that_is_no_tty_is_told(make_daemon):
    daemon = make_daemon("/dev/null").start()
    wait_status(daemon, "gsm0 opening", "/dev/null")


HOLD = """
import fcntl, sys, time
tty = open(sys.argv[1], "rb+", buffering=0)
fcntl.flock(tty, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


def test_device_in_use_names_who_has_it(make_daemon, emulator, sink):
    with subprocess.Popen([sys.executable, "-c", HOLD, emulator.device],
                          stdout=subprocess.PIPE) as other:
        try:
            assert other.stdout.readline() == b"held\n"
            daemon = make_daemon(emulator.device, queue=SHORT).start()
            wait_status(daemon, "gsm0 opening", "in use by", str(other.pid))
            assert str(other.pid) in daemon.log()
            assert not emulator.lines("host")
        finally:
            other.send_signal(signal.SIGKILL)
    daemon.sendmail("ops@example.com", mail=mail("At last", "text\n"))
    sink.wait()


def test_device_is_ours_alone(daemon, emulator):
    wait_modem(daemon, "ready")
    import fcntl

    with open(emulator.device, "rb+", buffering=0) as tty, pytest.raises(BlockingIOError):
        fcntl.flock(tty, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_module_at_another_rate_is_found_and_set_to_ours(make_daemon, make_emulator, sink):
    emulator = make_emulator(options=["--delay", "5", "--module-baud", "9600"])
    daemon = make_daemon(emulator.device, queue=SHORT, modem={"command-timeout": "1s"}).start()
    daemon.sendmail("ops@example.com", mail=mail("Found", "text\n"))
    sink.wait(timeout=60)
    daemon.wait_empty()
    assert "AT+IPR=115200" in emulator.lines("host")
    assert modem(daemon)["baud"] == 115200


def test_rate_that_cannot_be_set_is_used_and_told(make_daemon, make_emulator, sink):
    emulator = make_emulator(options=["--delay", "5", "--module-baud", "57600"],
                             rules=[{"on": "AT+IPR=", "error": True}])
    daemon = make_daemon(emulator.device, queue=SHORT, modem={"command-timeout": "1s"}).start()
    daemon.sendmail("ops@example.com", mail=mail("Found", "text\n"))
    sink.wait(timeout=60)
    daemon.wait_empty()
    wait_status(daemon, "needs a hand", "set baud = 57600")
    assert "set baud = 57600" in daemon.log()
