# SPDX-License-Identifier: ISC
"""Who is told of a mail that failed or is late, and how that looks at the far end; what is
kept, and for how long."""

import glob
import os
import signal
import smtplib
import time

import pytest

from house import eventually
from test_delivery import mail

ALICE = "alice@example.org"
BAD = "bad@example.com"
REFUSED = {"on": "put", "rcpt": BAD, "answer": -550}
BUSY_BOX = {"on": "put", "rcpt": "busy@example.com", "answer": -450}


class Reporting:
    """A daemon whose module refuses BAD and puts off busy@."""

    def __init__(self, make_emulator, make_daemon, sink, rules=(REFUSED, BUSY_BOX), **sections):
        self.sink = sink
        self.emulator = make_emulator(rules=list(rules))
        self.daemon = make_daemon(self.emulator.device, **sections).start()

    def send(self, *to, sender=ALICE, subject="Pump", **headers):
        to = to or (BAD,)
        text = mail(subject, "a secret text\n", to=", ".join(to), **headers)
        self.daemon.sendmail("-f", sender, *to, mail=text)
        return self

    def reports(self):
        return [one for one in self.sink.mails
                if one.subject.startswith(("Undelivered: ", "Delayed: "))]

    def settle(self):
        """Until all that was sent and all reports have their fate."""
        self.daemon.wait_only_failed()
        return self.reports()


@pytest.fixture
def reporting(make_emulator, make_daemon, sink):
    return lambda **more: Reporting(make_emulator, make_daemon, sink, **more)


def test_a_report_can_be_read_and_tells_no_content(reporting):
    one = reporting().send()
    (report,) = one.sink.wait()
    assert report.recipients == [ALICE]
    assert report.subject == "Undelivered: Pump"
    assert f"<{BAD}>" in report.text
    assert "(-550)" in report.text
    assert "will not be tried again" in report.text
    status = report.attached("delivery-status.txt")
    headers = report.attached("headers.txt")
    assert "Reporting-MTA: dns; " in status
    assert f"Final-Recipient: rfc822; {BAD}" in status
    assert "Subject: Pump" in headers
    assert "Received:" not in headers
    assert "secret text" not in report.text + status + headers
    assert len(report.raw) < 4000
    (entry,) = one.settle() and one.daemon.queue()
    assert entry["state"] == "failed"
    (journal,) = glob.glob(one.daemon.spool + "/failed/*.journal")
    with open(journal) as file:
        story = file.read()
    assert "code=-550" in story
    assert "text=report " in story


def test_all_that_happened_is_in_the_journal(reporting):
    one = reporting(rules=[{"on": "put", "rcpt": BAD, "nth": 1, "answer": -451},
                           {"on": "put", "rcpt": BAD, "nth": 2, "answer": -421},
                           {"on": "put", "rcpt": BAD, "answer": -550}],
                    queue={"retry": "100ms"})
    one.send(sender="root")
    one.daemon.wait_state(BAD, "failed")
    (journal,) = eventually(lambda: glob.glob(one.daemon.spool + "/failed/*.journal"))
    with open(journal) as file:
        story = [line.split() for line in file]
    assert [words[0] for words in story if words[0] in ("deferred", "failed", "reported")] == [
        "deferred", "deferred", "failed", "reported"]
    codes = [word for words in story if words[0] in ("deferred", "failed") for word in words
             if word.startswith("code=")]
    assert codes == ["code=-451", "code=-421", "code=-550"]
    assert "nobody is told: " in " ".join(story[-1])


@pytest.mark.parametrize("name, headers", [
    ("auto", {"Auto-Submitted": "auto-generated"}),
    ("bulk", {"Precedence": "bulk"}),
    ("list", {"List-Id": "<x.example.net>"}),
])
def test_automatic_mail_is_not_reported(reporting, name, headers):
    one = reporting(queue={"postmaster": "boss@example.org"}).send(**headers)
    entry = one.daemon.wait_state(BAD, "failed")
    assert one.settle() == []
    assert f"{entry['id']}: nobody is told that it failed: " in one.daemon.log()


def test_a_person_may_say_that_it_is_one(reporting):
    one = reporting().send(**{"Auto-Submitted": "no"})
    assert one.sink.wait()[0].recipients == [ALICE]


def test_a_report_that_fails_is_not_reported(reporting):
    """The sender's own mailbox is refused: its report fails, and that is the end."""
    one = reporting(rules=[REFUSED, {"on": "put", "rcpt": ALICE, "answer": -550}],
                    queue={"postmaster": ALICE})
    one.send()
    one.daemon.wait_state(ALICE, "failed")
    assert len(one.daemon.queue()) == 2
    assert one.settle() == []
    assert one.daemon.log().count("nobody is told that it failed: it has no sender") == 1
    assert all(entry["state"] == "failed" for entry in one.daemon.queue())


def test_mail_to_oneself_is_told_to_the_postmaster(reporting):
    one = reporting(queue={"postmaster": "boss@example.org"}).send(sender=BAD)
    (report,) = one.sink.wait()
    assert report.recipients == ["boss@example.org"]


def test_bounce_to_postmaster(reporting):
    one = reporting(queue={"postmaster": "boss@example.org", "bounce-to": "postmaster"}).send()
    (report,) = one.sink.wait()
    assert report.recipients == ["boss@example.org"]
    one.settle()
    assert len(one.sink.mails) == 1


def test_bounce_to_none(reporting):
    one = reporting(queue={"postmaster": "boss@example.org", "bounce-to": "none"}).send()
    one.daemon.wait_state(BAD, "failed")
    assert one.settle() == []


def test_a_local_sender_is_told_where_his_mail_goes(reporting, folder):
    one = reporting()
    with open(os.path.join(one.daemon.folder, "aliases"), "w") as file:
        file.write("root: carol@example.org, dave@example.org\n")
    one.daemon.ctl("reload")
    one.send(sender="root")
    report = one.sink.wait_for(lambda arrived: arrived.subject.startswith("Undelivered"))
    assert sorted(report.recipients) == ["carol@example.org", "dave@example.org"]
    one.settle()


@pytest.mark.parametrize("notify, told", [("FAILURE", True), ("NEVER", False), ("SUCCESS", False),
                                          ("DELAY", False), ("FAILURE,DELAY", True)])
def test_notify_of_dsn(reporting, notify, told):
    one = reporting()
    with smtplib.SMTP("127.0.0.1", one.daemon.port) as client:
        client.ehlo()
        if not client.has_extn("dsn"):
            pytest.fail("DSN is not offered")
        client.mail(ALICE, ["RET=HDRS", "ENVID=Q1+2B1"])
        client.rcpt(BAD, [f"NOTIFY={notify}", "ORCPT=rfc822;x@example.com"]
                    if notify != "NEVER" else ["NOTIFY=NEVER"])
        client.data(mail("Pump", "text\n", to=BAD))
    one.daemon.wait_state(BAD, "failed")
    reports = one.settle()
    assert len(reports) == told
    if told:
        status = reports[0].attached("delivery-status.txt")
        assert "Original-Envelope-Id: Q1+2B1" in status
        assert "Original-Recipient: rfc822;x@example.com" in status


def test_the_null_sender_is_not_told(reporting):
    one = reporting(queue={"postmaster": "boss@example.org"})
    with smtplib.SMTP("127.0.0.1", one.daemon.port) as client:
        client.sendmail("", [BAD], mail("Pump", "text\n", to=BAD))
    one.daemon.wait_state(BAD, "failed")
    assert one.settle() == []


def test_a_storm_of_failures_is_a_few_reports(reporting):
    one = reporting()
    for number in range(8):
        one.send(subject=f"Storm {number}")
    eventually(lambda: sum(entry["state"] == "failed" for entry in one.daemon.queue()) == 8)
    assert len(one.settle()) == 3
    assert one.daemon.log().count("there were too many reports in the last hour") == 5


def test_who_is_late_is_told_once(reporting):
    one = reporting(queue={"warn": "1s", "retry": "400ms"}).send("busy@example.com")
    (notice,) = one.sink.wait()
    assert notice.subject == "Delayed: Pump"
    assert notice.recipients == [ALICE]
    assert "It is tried for another" in notice.text
    assert "(-450)" in notice.text
    assert "Action: delayed" in notice.attached("delivery-status.txt")
    time.sleep(1.5)
    one.daemon.stop()
    one.daemon.restart()
    eventually(lambda: one.daemon.entry("busy@example.com")["attempts"] > 5)
    assert len(one.sink.mails) == 1


def test_nobody_is_told_over_a_link_that_it_is_down(reporting):
    """The notice would only wait in the same queue; and when the link is back, the mail arrives."""
    one = reporting(rules=[{"on": "put", "answer": -4, "times": 6}],
                    queue={"warn": "500ms", "link-retry": "400ms"})
    one.send("ops@example.com")
    (arrived,) = one.sink.wait()
    assert arrived.subject == "Pump"
    one.daemon.wait_empty()
    assert len(one.sink.mails) == 1
    assert "is late" not in one.daemon.log()


def test_killed_before_the_report_is_written(reporting):
    """The mail is in queue/ with its outcome until the report is in the spool."""
    one = reporting().send()
    one.daemon.wait_state(BAD, "failed")
    one.settle()
    one.daemon.stop()
    # As a kill before the report would have left it.
    one.sink.mails.clear()
    (message,) = [path for path in glob.glob(one.daemon.spool + "/failed/*")
                  if not path.endswith(".journal")]
    for path in (message, message + ".journal"):
        os.rename(path, path.replace("/failed/", "/queue/"))
    journal = message.replace("/failed/", "/queue/") + ".journal"
    with open(journal) as file:
        lines = [line for line in file if not line.startswith("reported ")]
    with open(journal, "w") as file:
        file.writelines(lines)
    one.daemon.start()
    (report,) = one.sink.wait()
    assert report.recipients == [ALICE]
    one.settle()
    assert os.path.exists(message)
    # Once more: now it is known to have been reported.
    one.daemon.stop()
    for path in (message, message + ".journal"):
        os.rename(path, path.replace("/failed/", "/queue/"))
    one.daemon.start()
    eventually(lambda: os.path.exists(message))
    assert one.settle() and len(one.sink.mails) == 1


def test_kill_at_any_time_loses_no_report(reporting):
    one = reporting()
    for number in range(3):
        one.send(sender=f"alice{number}@example.org", subject=f"Kill {number}")
        time.sleep(0.05 * number)
        one.daemon.stop(signal.SIGKILL)
        one.daemon.start()
    told = {f"alice{number}@example.org" for number in range(3)}
    eventually(lambda: told <= {arrived.recipients[0] for arrived in one.sink.mails}, 60)


def test_failed_mail_is_removed_in_time(reporting):
    one = reporting(queue={"failed-keep": "2s"}).send()
    entry = one.daemon.wait_state(BAD, "failed")
    one.sink.wait()
    assert one.daemon.api("/v1/status")["queue"]["failed"] == 1
    one.daemon.wait_empty()
    assert not glob.glob(one.daemon.spool + "/failed/*")
    assert f"{entry['id']}: removed, it failed more than 2 s ago" in one.daemon.log()


def test_failed_mail_is_kept_over_restarts(reporting):
    one = reporting(queue={"failed-keep": "6s"}).send()
    entry = one.daemon.wait_state(BAD, "failed")
    one.settle()
    one.daemon.stop()
    one.daemon.start()
    assert one.daemon.entry(BAD)["id"] == entry["id"]
    one.daemon.wait_empty()


def test_who_was_refused_goes_alone_the_next_time(reporting):
    one = reporting().send(sender="root")
    one.daemon.wait_state(BAD, "failed")
    good = [f"good{number}@example.com" for number in range(4)]
    before = len(one.sink.mails)
    puts = puts_of(one)
    one.send(*good[:2], BAD, *good[2:], sender="root")
    eventually(lambda: sum(len(arrived.recipients) for arrived in one.sink.mails[before:]) == 4)
    one.daemon.wait_only_failed()
    # Those before it, those behind it, and it alone; nobody stumbled over it.
    assert puts_of(one) - puts == 3


def puts_of(one):
    return len([line for line in one.emulator.lines("host")
                if line.upper().startswith("AT+QSMTPPUT=")])


def test_next_attempt_is_when_the_link_is_tried_again(reporting):
    one = reporting(rules=[{"on": "put", "answer": -4}], queue={"link-retry": "1h"})
    one.send("ops@example.com")
    entry = eventually(lambda: (lambda found: found if found and found["next_attempt"] else None)(
        one.daemon.entry("ops@example.com")))
    assert entry["state"] == "queued"
    assert entry["next_attempt"] > entry["arrived"]
