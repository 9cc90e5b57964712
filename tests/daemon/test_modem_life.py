# SPDX-License-Identifier: ISC
"""A module's life from outside: what it may say or forget at any time, its SIM, its network,
and how seldom it is reset."""

import os
import re
import time

import pytest

from house import eventually
from tap import Tap
from test_delivery import mail
from test_modem_port import SHORT, modem as modem_of, wait_modem, wait_status

QUICK = {"command-timeout": "500ms"}
NEVER_REGISTERED = {"on": "AT+CREG?", "info": "+CREG: 0,2"}
NOR_FOR_DATA = {"on": "AT+CGREG?", "info": "+CGREG: 0,2"}


def send_one(daemon, subject="One"):
    daemon.sendmail("ops@example.com", mail=mail(subject, "text\n"))


def resets(emulator):
    return [line for line in emulator.lines("host") if line == "AT+CFUN=1,1"]


def pins(emulator):
    return [record for record in emulator.records() if record["event"] == "pin"]


# what it may forget


def test_data_mode_left_behind_by_a_dead_daemon_is_left(make_daemon, make_emulator, sink):
    emulator = make_emulator(options=["--delay", "5", "--baud", "19200"])
    daemon = make_daemon(emulator.device, queue=SHORT, modem={**QUICK, "baud": "19200"}).start()
    daemon.sendmail("ops@example.com", mail=mail("Long", "a line of text\n" * 500))
    eventually(lambda: "CONNECT" in emulator.lines("module"), what="data mode")
    time.sleep(0.5)
    daemon.kill()
    assert [one for one in emulator.records() if one["event"] == "state"][-1]["state"] == "data"
    daemon.start()
    sink.wait()
    daemon.wait_empty()
    assert len(sink.mails) == 1
    assert sink.mails[0].text.count("a line of text") == 500
    assert "duplicate" not in sink.mails[0].text


def test_guarded_data_mode_left_behind_is_left_too(make_daemon, make_emulator, sink):
    emulator = make_emulator(options=["--delay", "5", "--baud", "19200", "--guard", "1000"])
    daemon = make_daemon(emulator.device, queue=SHORT,
                         modem={**QUICK, "plus-guard": "1100ms", "baud": "19200"}).start()
    daemon.sendmail("ops@example.com", mail=mail("Long", "a line of text\n" * 500))
    eventually(lambda: "CONNECT" in emulator.lines("module"), what="data mode")
    time.sleep(0.5)
    daemon.kill()
    daemon.start()
    sink.wait()
    daemon.wait_empty()
    assert len(sink.mails) == 1


@pytest.mark.parametrize("place", ["AT+QSMTPDST=1", "AT+QSMTPSUB", "AT+QSMTPDST?"])
def test_silent_reset_is_noticed_by_its_echo(make_daemon, make_emulator, sink, place):
    emulator = make_emulator(
        rules=[{"on": place, "nth": 2, "reset": True, "mute": True, "phase": "after"}])
    daemon = make_daemon(emulator.device, queue=SHORT, modem=QUICK).start()
    for number in range(3):
        send_one(daemon, f"Mail {number}")
    sink.wait(3, timeout=60)
    daemon.wait_empty()
    assert sorted(one.subject for one in sink.mails) == ["Mail 0", "Mail 1", "Mail 2"]
    # The account was set anew, or the module would have refused the mail.
    assert not daemon.entry("ops@example.com")


def test_echo_that_comes_on_again_harms_nothing(make_daemon, make_emulator, sink):
    emulator = make_emulator(rules=[{"on": "AT+CREG=0", "nth": 1, "reset": True, "mute": True,
                                     "phase": "after"}])
    daemon = make_daemon(emulator.device, queue=SHORT, modem=QUICK).start()
    send_one(daemon)
    sink.wait()
    daemon.wait_empty()
    assert len(sink.mails) == 1


# what it may say


@pytest.fixture
def tap(folder, emulator):
    line = Tap(folder, emulator.device)
    yield line
    line.close()


def memory_kb(daemon):
    with open(f"/proc/{daemon.process.pid}/smaps_rollup", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pss:"))


def test_line_without_an_end_is_bounded_and_left_behind(make_daemon, tap, sink, frugal):
    daemon = make_daemon(tap.device, queue=SHORT, modem=QUICK).start()
    wait_modem(daemon, "ready")
    before = memory_kb(daemon)
    logged = len(daemon.log())
    for _ in range(400):
        tap.say(b"x" * 4000)
    send_one(daemon)
    for _ in range(100):
        tap.say(b"y" * 4000)
    tap.say(b"\r\n")
    sink.wait(timeout=60)
    daemon.wait_empty()
    assert memory_kb(daemon) < before + 4096
    assert len(daemon.log()) < logged + 200_000


def test_octets_of_zero_and_other_garbage_are_passed_over(make_daemon, tap, sink):
    daemon = make_daemon(tap.device, queue=SHORT, modem=QUICK).start()
    wait_modem(daemon, "ready")
    tap.say(b"\0" * 5000 + b"\xff\xfe\x80" * 100 + b"\r\n" * 50)
    send_one(daemon)
    sink.wait(timeout=60)
    daemon.wait_empty()
    assert len(sink.mails) == 1
    assert "\0" not in daemon.log()


def test_module_that_only_rambles_is_told_and_bounded(make_daemon, tap, frugal):
    daemon = make_daemon(tap.device, modem=QUICK).start()
    wait_modem(daemon, "ready")
    before = memory_kb(daemon)
    tap.from_module = lambda octets: b"\0\x7f\xff " * 500
    send_one(daemon)
    eventually(lambda: modem_of(daemon)["state"] in ("recovering", "syncing", "resting"),
               what="a modem that is not trusted")
    assert modem_of(daemon)["reason"]
    assert memory_kb(daemon) < before + 4096
    assert daemon.entry("ops@example.com")["attempts"] == 0


def test_answers_in_another_dialect_are_told(make_daemon, tap):
    lte = b'+QSMTPCFG: "account",<username>,<password>'
    tap.from_module = lambda octets: octets.replace(b"+QSMTPCFG: (1)", lte)
    daemon = make_daemon(tap.device, modem=QUICK).start()
    wait_modem(daemon, "resting")
    wait_status(daemon, "needs a hand", "dialect")
    assert "check device and dialect" in daemon.log()


def test_results_that_nobody_waits_for_send_nothing_away(make_daemon, tap, sink):
    """A module that says "sent" at every occasion."""
    tap.from_module = lambda octets: octets.replace(b"\r\nOK\r\n",
                                                    b"\r\nOK\r\n\r\n+QSMTPPUT: 0\r\n")
    daemon = make_daemon(tap.device, queue={**SHORT, "retry": "1h"}, modem=QUICK).start()
    wait_modem(daemon, "ready")
    daemon.sendmail("rcpt-451.x@example.com", mail=mail("No", "text\n"))
    time.sleep(2)
    assert not sink.mails
    for line in daemon.log().splitlines():
        # What the module says behind PUT itself is to be believed, before it is not.
        if "GSMTPD_EVENT=delivered" in line:
            assert "AT+QSMTPPUT=" in daemon.log()


# the SIM


def with_pin(make_daemon, emulator, pin):
    daemon = make_daemon(emulator.device)
    daemon.configure(emulator.device, {"modem": {"pin-file": daemon.write_secret("pin", pin)}})
    return daemon


def test_right_pin_is_entered_once(make_daemon, make_emulator, sink):
    emulator = make_emulator(options=["--delay", "5", "--pin", "1234"])
    daemon = with_pin(make_daemon, emulator, "1234").start()
    send_one(daemon)
    sink.wait()
    daemon.wait_empty()
    assert [one["accepted"] for one in pins(emulator)] == [True]
    assert "1234" not in daemon.log()


def test_wrong_pin_is_tried_once_ever(make_daemon, make_emulator):
    emulator = make_emulator(options=["--delay", "5", "--pin", "1234"])
    daemon = with_pin(make_daemon, emulator, "9999").start()
    wait_status(daemon, "needs a hand", "pin-file")
    daemon.stop()
    daemon.start()
    wait_status(daemon, "needs a hand", "pin-file")
    daemon.kill()
    daemon.start()
    wait_status(daemon, "needs a hand", "pin-file")
    assert [one["accepted"] for one in pins(emulator)] == [False]
    assert "refused" in daemon.log() and "9999" not in daemon.log()
    # Not even over a restart of the module.
    daemon.ctl("modem", "gsm0", "reset")
    eventually(lambda: resets(emulator), what="the restart")
    time.sleep(3)
    assert len(pins(emulator)) == 1


def test_other_sim_gets_its_own_try(make_daemon, make_emulator):
    first = make_emulator(options=["--delay", "5", "--pin", "1234",
                                   "--iccid", "89490000000000000011"])
    daemon = with_pin(make_daemon, first, "4711").start()
    wait_status(daemon, "needs a hand", "pin-file")
    daemon.stop()
    first.kill()
    os.unlink(first.device)
    os.rename(first.log_path, first.log_path + ".first")
    second = make_emulator(options=["--delay", "5", "--pin", "4711",
                                    "--iccid", "89490000000000000029"])
    daemon.start()
    wait_modem(daemon, "ready")
    assert [one["accepted"] for one in pins(second)] == [True]


def test_pin_is_not_tried_when_two_tries_are_left(make_daemon, make_emulator):
    emulator = make_emulator(options=["--delay", "5", "--pin", "1234", "--pin-failures", "1"])
    daemon = with_pin(make_daemon, emulator, "1234").start()
    wait_status(daemon, "needs a hand", "tries")
    assert not pins(emulator)


def test_puk_is_never_sent(make_daemon, make_emulator):
    emulator = make_emulator(options=["--delay", "5", "--pin", "1234", "--pin-failures", "3"])
    daemon = with_pin(make_daemon, emulator, "1234").start()
    wait_status(daemon, "needs a hand", "PUK")
    assert not pins(emulator)
    assert not [line for line in emulator.lines("host") if line.startswith("AT+CPIN=")]


def test_pin_that_is_missing_is_told(make_daemon, make_emulator):
    emulator = make_emulator(options=["--delay", "5", "--pin", "1234"])
    daemon = make_daemon(emulator.device).start()
    wait_status(daemon, "needs a hand", "set pin-file")
    assert not pins(emulator)


# the network


def test_wrong_apn_is_told(make_daemon, make_emulator):
    emulator = make_emulator(rules=[{"on": "put", "answer": -5}])
    daemon = make_daemon(emulator.device, queue={"link-retry": "1500ms"}, modem=QUICK).start()
    send_one(daemon)
    wait_status(daemon, "needs a hand", "check apn")
    assert "check apn" in daemon.log()
    assert [line for line in emulator.lines("host") if line.startswith("AT+QIDEACT")]
    assert daemon.entry("ops@example.com")["attempts"] == 0


def test_foreign_network_is_waited_out_and_told(make_daemon, make_emulator, sink):
    emulator = make_emulator(rules=[
        {"on": "time", "at": 0, "network": "roaming"},
        {"on": "time", "at": 4000, "network": "home"},
    ])
    daemon = make_daemon(emulator.device, modem=QUICK).start()
    send_one(daemon)
    wait_status(daemon, "foreign network", "roaming = no")
    assert not sink.mails
    sink.wait(timeout=30)


def test_network_that_is_searched_for_is_awaited(make_daemon, make_emulator, sink):
    emulator = make_emulator(rules=[
        {"on": "time", "at": 0, "network": "searching"},
        {"on": "time", "at": 3000, "network": "home"},
    ])
    daemon = make_daemon(emulator.device, modem=QUICK).start()
    send_one(daemon)
    wait_status(daemon, "gsm0 registering", "waits for a network (searching)")
    sink.wait(timeout=30)


# how seldom it is reset


def test_resets_have_a_cap_that_restarts_do_not_lift(make_daemon, make_emulator):
    emulator = make_emulator(rules=[NEVER_REGISTERED, NOR_FOR_DATA],
                             options=["--delay", "5", "--boot", "50"])
    daemon = make_daemon(emulator.device,
                         modem={**QUICK, "register-timeout": "1s"}).start()
    # The operator's own resets count too, and are never refused.
    for number in range(4):
        wait_modem(daemon, "registering")
        if len(resets(emulator)) <= number:
            daemon.ctl("modem", "gsm0", "reset")
            eventually(lambda: len(resets(emulator)) > number, what=f"reset {number + 1}")
    count = len(resets(emulator))
    wait_modem(daemon, "resting", timeout=30)
    daemon.kill()
    daemon.start()
    wait_modem(daemon, "resting", timeout=30)
    assert len(resets(emulator)) == count
    assert "no network" in daemon.log()


def test_reset_command_is_run_when_a_restart_does_not_help(make_daemon, make_emulator, folder):
    emulator = make_emulator(rules=[NEVER_REGISTERED, NOR_FOR_DATA],
                             options=["--delay", "5", "--boot", "50"])
    done = os.path.join(folder, "done")
    daemon = make_daemon(emulator.device, modem={
        **QUICK, "register-timeout": "1s", "reset-command": f"/usr/bin/touch {done}"}).start()
    eventually(lambda: os.path.exists(done), 40, "the reset-command")
    assert len(resets(emulator)) == 1
    assert re.search(r"now: reset-command", daemon.log())
