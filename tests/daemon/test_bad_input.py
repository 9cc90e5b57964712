# SPDX-License-Identifier: ISC
"""What is wrong around the daemon: its configuration, its module, its mails."""

import os
import subprocess

import pytest

from house import environment, eventually, program
from test_delivery import mail

SHORT = {"retry": "200ms", "link-retry": "200ms"}


def gsmtpd(*arguments, text=None, folder=None):
    if text is not None:
        with open(os.path.join(folder, "wrong.conf"), "w") as file:
            file.write(text)
        arguments = [*arguments, "-c", os.path.join(folder, "wrong.conf")]
    return subprocess.run(
        [program("gsmtpd"), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(),
        timeout=30,
        check=False,
        encoding="utf-8",
        errors="replace",
    )


WRONG = [
    ("[daemon]\nhostnam = x\n", ":2:", "hostnam"),
    ("[deamon]\n", ":1:", "deamon"),
    ("[smtp]\n\ntimeout = soon\n", ":3:", "timeout"),
    ("[smtp]\nmax-recipients = 5\n", ":2:", "max-recipients"),
    ("[queue]\nuncertain = maybe\n", ":2:", "uncertain"),
    ("[content]\noriginal = perhaps\n", ":2:", "original"),
    ('[account "a"]\n[modem "b"]\ndevice = /dev/null\naccount = nobody\n', ":2:", "nobody"),
    ('[modem "b"]\ndevice = /dev/null\n', ":1:", "account"),
    ("no section\n", ":1:", ""),
]


@pytest.mark.parametrize("text, place, word", WRONG)
@pytest.mark.parametrize("check", [(), ("--check",)])
def test_wrong_configuration_ends_with_78_and_the_line(folder, text, place, word, check):
    done = gsmtpd(*check, text=text, folder=folder)
    assert done.returncode == 78, done.stdout
    assert "wrong.conf" + place in done.stdout
    assert word in done.stdout


def test_check_tells_every_mistake(folder):
    done = gsmtpd("--check", text="[daemon]\na = 1\nb = 2\n[nowhere]\n", folder=folder)
    assert done.returncode == 78
    for place in (":2:", ":3:", ":4:"):
        assert "wrong.conf" + place in done.stdout


def test_missing_configuration_ends_with_78():
    done = gsmtpd("-c", "/nonexistent/gsmtpd.conf")
    assert done.returncode == 78
    assert "/nonexistent/gsmtpd.conf" in done.stdout


def test_check_of_a_good_configuration_ends_with_0(daemon):
    done = gsmtpd("--check", "-c", daemon.configuration)
    assert done.returncode == 0, done.stdout


def test_sample_configuration_is_good():
    sample = os.path.join(os.path.dirname(__file__), "../../etc/gsmtpd.conf")
    done = gsmtpd("--check", "-c", sample)
    assert done.returncode == 0, done.stdout


def test_unknown_option_ends_with_64():
    assert gsmtpd("--nonsense").returncode == 64


def test_missing_modem_keeps_taking_mail_and_is_retried(make_daemon, make_emulator, folder, sink):
    daemon = make_daemon(os.path.join(folder, "modem"), queue=SHORT).start()
    daemon.sendmail("ops@example.com", mail=mail("Patience", "text\n"))
    assert daemon.entry("ops@example.com")["state"] == "queued"
    (modem,) = daemon.api("/v1/modems")["modems"]
    assert modem["state"] != "ready"
    make_emulator()
    (arrived,) = sink.wait(timeout=60)
    assert arrived.subject == "Patience"
    daemon.wait_empty()


def test_modem_that_goes_away_and_returns_loses_nothing(make_daemon, make_emulator, sink):
    first = make_emulator()
    daemon = make_daemon(first.device, queue=SHORT).start()
    daemon.sendmail("a@example.com", mail=mail("Before", "text\n"))
    sink.wait()
    first.kill()
    if os.path.islink(first.device):
        os.unlink(first.device)
    daemon.sendmail("b@example.com", mail=mail("Meanwhile", "text\n"))
    make_emulator()
    sink.wait_for(lambda one: one.subject == "Meanwhile", timeout=60)
    daemon.wait_empty()


def test_lines_that_nobody_asked_for_are_ignored(make_daemon, make_emulator, sink):
    noise = "+CREG: 1\r\n\r\nRING\r\n\r\n+CMTI: \"SM\",3"
    rules = [
        {"on": "AT+QSMTPSUB", "before": noise},
        {"on": "AT+QSMTPDST", "between": noise},
        {"on": "put", "between": noise},
        {"on": "AT+QSMTPSRV", "after": noise},
        {"on": "time", "at": 500, "before": "+CGREG: 2"},
    ]
    emulator = make_emulator(rules=rules)
    daemon = make_daemon(emulator.device).start()
    for number in range(3):
        daemon.sendmail("ops@example.com", mail=mail(f"Mail {number}", "text\n"))
    arrived = sink.wait(3, timeout=60)
    daemon.wait_empty()
    assert [one.subject for one in arrived] == ["Mail 0", "Mail 1", "Mail 2"]
    assert "RING" in daemon.log()


def compose_that(folder, script):
    path = os.path.join(folder, "compose")
    with open(path, "w") as file:
        file.write("#!/bin/sh\n" + script + "\n")
    os.chmod(path, 0o755)
    return path


@pytest.mark.parametrize(
    "script",
    [
        "exit 1",
        "kill -SEGV $$",
        "echo this is no transaction",
        "cat >/dev/null; exit 0",
        "yes | head -c 50000000",
    ],
)
def test_mail_that_cannot_be_composed_goes_as_an_excerpt(make_daemon, emulator, sink, folder,
                                                         script):
    daemon = make_daemon(emulator.device)
    daemon.compose = compose_that(folder, script)
    daemon.may_excerpt = True
    daemon.start()
    daemon.sendmail("ops@example.com", mail=mail("Disk full", "The disk is full.\n"))
    (arrived,) = sink.wait()
    daemon.wait_empty()
    assert arrived.recipients == ["ops@example.com"]
    assert "Disk full" in arrived.subject
    assert "The disk is full." in arrived.text
    assert "excerpt" in daemon.log()


def test_missing_compose_program_does_not_lose_the_mail(make_daemon, emulator, sink):
    daemon = make_daemon(emulator.device)
    daemon.compose = "/nonexistent/gsmtpd-compose"
    daemon.may_excerpt = True
    daemon.start()
    daemon.sendmail("ops@example.com", mail=mail("Disk full", "The disk is full.\n"))
    (arrived,) = sink.wait(timeout=60)
    assert "The disk is full." in arrived.text


ODD = {
    "empty": b"",
    "no header": b"just a line\n",
    "no end of line": b"Subject: x\n\ntext",
    "octets of zero": b"Subject: zero\n\na\0b\n",
    "raw Latin-1": b"Subject: Gr\xfc\xdfe\n\nGr\xfc\xdfe\n",
    "very long line": b"Subject: long\n\n" + b"x" * 20000 + b"\n",
    "many headers": b"".join(b"X-H%d: v\n" % number for number in range(2000)) + b"\ntext\n",
    "broken MIME": b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n",
    "header of controls": b"Subject: \x01\x1b[31m\x7f\n\ntext\n",
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_odd_mail_arrives_in_some_form(daemon, sink, odd):
    daemon.sendmail("ops@example.com", mail=odd)
    (arrived,) = sink.wait()
    daemon.wait_empty()
    assert arrived.recipients == ["ops@example.com"]


def test_sendmail_without_a_daemon_asks_to_try_again(make_daemon, folder):
    daemon = make_daemon(os.path.join(folder, "modem"))
    daemon.sendmail("ops@example.com", mail="Subject: x\n\ntext\n", status=75)


def test_password_is_in_no_log(make_daemon, emulator, sink):
    daemon = make_daemon(emulator.device)
    with open(os.path.join(daemon.folder, "password"), "w") as file:
        file.write("hunter2-secret\n")
    daemon.start()
    daemon.sendmail("ops@example.com", mail=mail("Top secret subject", "Top secret text\n"))
    eventually(lambda: daemon.api("/v1/status")["account_held"], what="the refused login")
    for secret in ("hunter2-secret", "Top secret subject", "Top secret text"):
        assert secret not in daemon.log()
