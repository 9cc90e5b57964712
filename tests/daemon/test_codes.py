# SPDX-License-Identifier: ISC
"""Each result code at PUT leads to its class and to the state that the contract names.

The emulator answers PUT by the recipient's name, so that one module serves all rows."""

import time

import pytest

from house import eventually
from test_delivery import mail

DELIVERED = [0]
BUSY = [-3]
LINK = [-4, -5, -8]
LATER = [-1, -7, -11, -421, -450, -451, -452]
UNCERTAIN = [-9]
ACCOUNT = [-6, -530, -535]
RECIPIENT = [-550, -551, -553, -521]
CONTENT = [-552, -12, -13, -14]
OURS = [-10, -15, -500, -501, -502, -503, -504]
NEVER = [-554]
UNKNOWN_LATER = [-2, -16, -99, -400, -499, -600, 7]
UNKNOWN_NEVER = [-505, -555, -599]

ALL_31 = [-1, -3, -4, -5, -6, -7, -8, -9, -10, -11, -12, -13, -14, -15, -421, -450, -451, -452]
ALL_31 += [-500, -501, -502, -503, -504, -521, -530, -535, -550, -551, -552, -553, -554]


def test_every_code_of_the_reference_has_a_class():
    classes = BUSY + LINK + LATER + UNCERTAIN + ACCOUNT + RECIPIENT + CONTENT + OURS + NEVER
    assert sorted(classes) == sorted(ALL_31)
    assert len(ALL_31) == 31


class Way:
    """One recipient whose mails the module answers with a code, always or `times` times."""

    def __init__(self, make_emulator, make_daemon, sink, code, times=0, **sections):
        self.sink = sink
        self.address = f"code{code}@example.com"
        rule = {"on": "put", "rcpt": self.address, "answer": code, "times": times}
        self.emulator = make_emulator(rules=[rule])
        self.daemon = make_daemon(self.emulator.device, **sections).start()

    def send(self, address=None, subject="Code"):
        to = address or self.address
        self.daemon.sendmail(to, mail=mail(subject, "text\n", to=to))

    def puts(self):
        return len([line for line in self.emulator.lines("host")
                    if line.upper().startswith("AT+QSMTPPUT=")])


@pytest.fixture
def way(make_emulator, make_daemon, sink):
    return lambda code, **more: Way(make_emulator, make_daemon, sink, code, **more)


LONG = {"queue": {"retry": "1h", "link-retry": "1h", "account-retry": "1h"}}
SHORT = {"queue": {"retry": "200ms", "link-retry": "200ms", "account-retry": "200ms"}}


@pytest.mark.parametrize("code", DELIVERED)
def test_delivered_leaves_the_queue(way, code):
    one = way(code)
    one.send()
    one.sink.wait()
    one.daemon.wait_empty()


@pytest.mark.parametrize("code", LATER + UNKNOWN_LATER)
def test_later_waits_and_counts_the_attempt(way, code):
    one = way(code, **LONG)
    one.send()
    entry = one.daemon.wait_state(one.address, "deferred")
    assert entry["attempts"] == 1
    assert entry["next_attempt"]
    assert entry["recipients"][0]["state"] == "pending"
    one.send("other@example.com")
    (arrived,) = one.sink.wait()
    assert arrived.recipients == ["other@example.com"]


@pytest.mark.parametrize("code", LATER)
def test_later_is_tried_again_by_its_schedule(way, code):
    one = way(code, times=2, **SHORT)
    one.send()
    one.sink.wait()
    one.daemon.wait_empty()
    assert one.puts() == 3


def test_busy_is_waited_for_and_counts_nothing(way):
    one = way(-3, times=1, **LONG)
    one.send()
    entry = one.daemon.wait_state(one.address, "deferred")
    assert entry["attempts"] == 0
    one.sink.wait()
    one.daemon.wait_empty()


@pytest.mark.parametrize("code", LINK)
def test_link_opens_the_breaker_and_counts_nothing(way, code):
    one = way(code, **LONG)
    one.send()
    entry = one.daemon.wait_state(one.address, "queued")
    eventually(lambda: modem(one)["breaker"] != "closed")
    one.send("other@example.com")
    entry = one.daemon.entry(one.address)
    assert entry["attempts"] == 0
    assert one.puts() == 1
    assert not one.sink.mails


@pytest.mark.parametrize("code", LINK)
def test_link_drains_the_queue_when_it_is_back(way, code):
    one = way(code, times=1, **SHORT)
    one.send()
    one.send("second@example.com")
    one.sink.wait(2)
    one.daemon.wait_empty()


@pytest.mark.parametrize("code", ACCOUNT)
def test_account_holds_all_output_and_nothing_fails(way, code):
    one = way(code, **LONG)
    one.send()
    eventually(lambda: one.daemon.api("/v1/status")["account_held"])
    one.send("other@example.com")
    entry = one.daemon.entry(one.address)
    assert entry["state"] == "queued"
    assert entry["attempts"] == 0
    assert one.daemon.entry("other@example.com")["state"] == "queued"
    assert one.puts() == 1
    eventually(lambda: one.daemon.notify.statuses() and "held" in one.daemon.notify.statuses()[-1])


@pytest.mark.parametrize("code", ACCOUNT)
def test_account_is_released_by_a_probe_that_succeeds(way, code):
    one = way(code, times=1, **SHORT)
    one.send()
    one.send("second@example.com")
    one.sink.wait(2)
    one.daemon.wait_empty()
    assert not one.daemon.api("/v1/status")["account_held"]


def test_three_mails_refused_with_one_554_hold_the_account(way):
    one = way(-554, **LONG)
    for number in range(3):
        one.send(subject=f"Mail {number}")
    eventually(lambda: one.daemon.api("/v1/status")["account_held"])


@pytest.mark.parametrize("code", RECIPIENT + NEVER + UNKNOWN_NEVER)
def test_refusal_fails_the_recipient(way, code):
    one = way(code)
    one.send()
    entry = one.daemon.wait_state(one.address, "failed")
    (recipient,) = entry["recipients"]
    assert (recipient["state"], recipient["code"]) == ("failed", code)
    assert recipient["status"].startswith("5.")
    assert recipient["text"]
    assert one.puts() == 1
    assert not one.sink.mails


@pytest.mark.parametrize("code", [-450] + RECIPIENT + NEVER + OURS[:1] + CONTENT[:1])
def test_refusal_of_several_is_split_until_the_culprit_is_alone(way, code):
    one = way(code, **LONG)
    good = [f"good{number}@example.com" for number in range(4)]
    everyone = good[:2] + [one.address] + good[2:]
    one.daemon.sendmail(*everyone, mail=mail("Five", "text\n", to=", ".join(everyone)))
    one.sink.wait_for(lambda arrived: good[3] in arrived.recipients, timeout=60)
    entry = one.daemon.wait_state(one.address, "deferred" if code == -450 else "failed", 60)
    states = {one["address"]: one["state"] for one in entry["recipients"]}
    assert states == {address: "delivered" for address in good} | {
        one.address: "pending" if code == -450 else "failed"
    }
    assert sorted(sum((arrived.recipients for arrived in one.sink.mails), [])) == good


@pytest.mark.parametrize("code", CONTENT)
def test_content_is_degraded_once_and_then_fails(way, code):
    one = way(code)
    one.send()
    entry = one.daemon.wait_state(one.address, "failed")
    assert entry["recipients"][0]["code"] == code
    assert one.puts() == 2


@pytest.mark.parametrize("code", OURS)
def test_our_fault_is_tried_twice_and_then_fails(way, code):
    one = way(code)
    one.send()
    entry = one.daemon.wait_state(one.address, "failed")
    assert entry["recipients"][0]["code"] == code
    assert one.puts() == 2


def test_uncertain_is_sent_again_and_says_so(way):
    one = way(-9, times=1, content={"header_preamble": "none"}, **SHORT)
    one.send()
    (arrived,) = one.sink.wait()
    assert "possible duplicate" in arrived.text.lower()
    one.daemon.wait_empty()


def test_uncertain_waits_in_a_state_of_its_own(way):
    one = way(-9, **LONG)
    one.send()
    entry = one.daemon.wait_state(one.address, "uncertain")
    assert entry["attempts"] == 1


def test_uncertain_fails_when_so_configured(way):
    one = way(-9, queue={"uncertain": "fail"})
    one.send()
    one.daemon.wait_state(one.address, "failed")
    assert one.puts() == 1
    assert not one.sink.mails


def test_code_is_logged_with_its_sign(way):
    one = way(-421, **LONG)
    one.send()
    one.daemon.wait_state(one.address, "deferred")
    assert "code=-421" in one.daemon.log().lower()


def modem(one):
    (only,) = one.daemon.api("/v1/modems")["modems"]
    return only


def test_what_fails_elsewhere_each_time_was_hurt_on_the_line(make_emulator, make_daemon, sink):
    """Two tries are for what the module refuses again at the same step."""
    rules = [{"on": "AT+QSMTPSUB", "nth": 1, "error": True},
             {"on": "AT+QSMTPBODY", "nth": 1, "error": True},
             {"on": "AT+QSMTPDST", "nth": 3, "error": True}]
    emulator = make_emulator(rules=rules)
    daemon = make_daemon(emulator.device, **SHORT).start()
    daemon.sendmail("one@example.com", mail=mail("Noise", "text\n", to="one@example.com"))
    sink.wait()
    daemon.wait_empty()


def test_what_fails_at_the_same_step_again_is_given_up(make_emulator, make_daemon):
    emulator = make_emulator(rules=[{"on": "AT+QSMTPSUB", "error": True}])
    daemon = make_daemon(emulator.device, **SHORT).start()
    daemon.sendmail("one@example.com", mail=mail("Noise", "text\n", to="one@example.com"))
    daemon.wait_state("one@example.com", "failed")
    tries = [line for line in emulator.lines("host") if line.startswith("AT+QSMTPSUB=")]
    assert len(tries) == 2


# What fails is told to its sender, by the same way.

FAILING = RECIPIENT + CONTENT + OURS + NEVER + UNKNOWN_NEVER
ALICE = "alice@example.org"


def test_every_code_is_in_a_class_that_is_told_of_or_waits():
    assert set(ALL_31) <= set(FAILING + DELIVERED + BUSY + LINK + LATER + UNCERTAIN + ACCOUNT)


def report_about(one, *failed, timeout=30):
    """The one report that arrived, which names these and nobody else."""
    report = one.sink.wait_for(lambda mail: mail.recipients == [ALICE], timeout)
    assert report.subject.startswith("Undelivered: ")
    status = report.attached("delivery-status.txt")
    named = [line.split("; ")[1].strip() for line in status.splitlines()
             if line.startswith("Final-Recipient")]
    assert named == list(failed)
    assert status.count("Action: failed") == len(failed)
    return report, status


def reports_of(one):
    return [mail for mail in one.sink.mails if mail.recipients == [ALICE]]


@pytest.mark.parametrize("code", FAILING)
def test_what_fails_is_told_to_its_sender(way, code):
    one = way(code, **SHORT)
    one.daemon.sendmail("-f", ALICE, one.address, mail=mail("Code", "text\n", to=one.address))
    entry = one.daemon.wait_state(one.address, "failed")
    (recipient,) = entry["recipients"]
    report, status = report_about(one, one.address)
    assert report.subject == "Undelivered: Code"
    assert f"({code})" in report.text
    assert recipient["text"] in report.text
    assert f"Status: {recipient['status']}" in status
    assert f"Diagnostic-Code: x-quectel-qsmtp; {code} {recipient['text']}" in status
    eventually(lambda: f"{entry['id']}: failed for <{one.address}>" in one.daemon.log())
    eventually(lambda: f"{entry['id']}: <{ALICE}> is told that it failed" in one.daemon.log())
    one.daemon.wait_only_failed()
    assert len(reports_of(one)) == 1


@pytest.mark.parametrize("code", FAILING)
def test_of_several_the_culprit_is_told_of(way, code):
    one = way(code, **SHORT)
    good = [f"good{number}@example.com" for number in range(3)]
    everyone = good[:1] + [one.address] + good[1:]
    one.daemon.sendmail("-f", ALICE, *everyone, mail=mail("Four", "text\n", to=", ".join(everyone)))
    one.daemon.wait_state(one.address, "failed", 60)
    report_about(one, one.address)
    one.daemon.wait_only_failed()
    assert len(reports_of(one)) == 1
    delivered = sum((m.recipients for m in one.sink.mails if m.recipients != [ALICE]), [])
    assert sorted(delivered) == good


EXPIRE_SOON = {"queue": {"retry": "300ms", "link-retry": "300ms", "account-retry": "300ms", "expire": "1s",
                         "warn": "0"}}


@pytest.mark.parametrize("code", LATER + UNKNOWN_LATER + UNCERTAIN)
def test_what_is_too_old_is_given_up_and_told(way, code):
    one = way(code, **EXPIRE_SOON)
    one.daemon.sendmail("-f", ALICE, one.address, mail=mail("Old", "text\n", to=one.address))
    entry = one.daemon.wait_state(one.address, "failed")
    (recipient,) = entry["recipients"]
    assert recipient["code"] == code
    assert recipient["text"].startswith("given up after ")
    assert one.puts() > 1
    report, _ = report_about(one, one.address)
    assert "given up after" in report.text
    assert f"({code})" in report.text


@pytest.mark.parametrize("code", LINK + ACCOUNT + BUSY)
def test_what_is_nobodys_fault_is_never_given_up(way, code):
    one = way(code, **EXPIRE_SOON)
    one.daemon.sendmail("-f", ALICE, one.address, mail=mail("Old", "text\n", to=one.address))
    time.sleep(3)
    entry = one.daemon.entry(one.address)
    assert entry["state"] in ("queued", "active", "deferred")
    assert entry["attempts"] == 0
    assert not one.sink.mails
