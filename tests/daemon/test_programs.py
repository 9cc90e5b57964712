# SPDX-License-Identifier: ISC
"""Mails as real programs hand them to sendmail.

tests/data/programs holds what mdadm, cron, smartd and mail programs gave to a sendmail that wrote
it down: NAME.args one argument a line, NAME.mail the standard input. Mail programs that can be
told which sendmail to call are run here."""

import glob
import os
import subprocess

import pytest

from house import environment, program

DATA = os.path.join(os.path.dirname(__file__), "../data/programs")
RECORDED = sorted(os.path.basename(path)[:-5] for path in glob.glob(DATA + "/*.args"))

EXPECTED = {
    "bsd-mailx": ("disk full", "hello", "ops@example.com"),
    "cron": ("Cron <root@vm> /tmp/backup.sh", "pg_dump: error", "ops@example.com"),
    "mailutils": ("Füllstand hoch", "hallo Grüße", "ops@example.com"),
    "mdadm": ("TestMessage event on /dev/md0:vm", "had been detected", "ops@example.com"),
    "s-nail": ("Backup fertig: Größe 12 GB", "hi", "ops@example.com"),
    "smartd": (
        "SMART error (CurrentPendingSector) detected on host: vm",
        "8 Currently unreadable (pending) sectors",
        "ops@example.com",
    ),
}


@pytest.fixture
def house(make_daemon, emulator):
    """A daemon whose root has an alias, as on a host that someone looks after."""
    daemon = make_daemon(emulator.device)
    with open(daemon.folder + "/aliases", "w") as file:
        file.write("root: ops@example.com\n")
    return daemon.start()


def test_every_record_has_its_expectation():
    assert RECORDED == sorted(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_recorded_mail_arrives(house, sink, name):
    with open(f"{DATA}/{name}.args") as file:
        arguments = file.read().splitlines()
    with open(f"{DATA}/{name}.mail", "rb") as file:
        text = file.read()
    subject, words, recipient = EXPECTED[name]
    house.sendmail(*arguments, mail=text)
    (arrived,) = sink.wait()
    house.wait_empty()
    assert arrived.subject == subject
    assert words in arrived.text
    assert arrived.recipients == [recipient]


def test_attachment_of_s_nail_arrives(daemon, sink):
    with open(f"{DATA}/s-nail.mail", "rb") as file:
        daemon.sendmail("-i", "ops@example.com", mail=file.read())
    (arrived,) = sink.wait()
    (name, content), = arrived.attachments().items()
    # A file that goes by the module's store bears our prefix.
    assert name.removeprefix("gsmtpd-") == "hostname"
    assert content.replace(b"\r\n", b"\n") == b"vm\n"


def s_nail(daemon):
    return ["s-nail", "-:/", "-S", "v15-compat", "-S", f"mta={program('gsmtp-sendmail')}"]


def mailutils(daemon):
    return ["mail.mailutils", "-E", f"set sendmail=sendmail:{program('gsmtp-sendmail')}"]


@pytest.mark.parametrize("mailer", [s_nail, mailutils])
def test_mail_program_calls_our_sendmail(daemon, sink, mailer):
    done = subprocess.run(
        [*mailer(daemon), "-s", "Füllstand hoch", "ops@example.com"],
        input="Der Füllstand ist hoch.\n".encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(GSMTPD_SUBMIT=f"unix:{daemon.socket_path}", LC_ALL="C.UTF-8"),
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode(errors="replace")
    (arrived,) = sink.wait()
    assert arrived.subject == "Füllstand hoch"
    assert "Der Füllstand ist hoch." in arrived.text
