# SPDX-License-Identifier: ISC
"""A daemon that dies behind PUT does not guess what became of the mail: the next one asks
the module, which goes on sending in the meantime."""

import os
import signal
import time

import pytest

from house import eventually
from test_delivery import mail

SHORT = {"retry": "200ms", "link-retry": "200ms"}
TO = "ops@example.com"
SECOND = 'modem "gsm1"'


def puts(emulator):
    return [line for line in emulator.lines("host") if line.startswith("AT+QSMTPPUT=")]


def journal(daemon):
    folder = os.path.join(daemon.spool, "queue")
    (name,) = [name for name in os.listdir(folder) if name.endswith(".journal")]
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return file.read()


def is_marked(arrived):
    return "possible duplicate" in arrived.text.lower()


@pytest.fixture
def killed(make_emulator, make_daemon):
    """killed(rule): an emulator with that rule for the first PUT, and the daemon that was killed
    behind it."""

    def kill(rule, **sections):
        emulator = make_emulator(rules=[{"on": "put", "nth": 1, **rule}])
        sections.setdefault("queue", SHORT)
        daemon = make_daemon(emulator.device, **sections).start()
        daemon.sendmail(TO, mail=mail("Once", "text\n"))
        eventually(lambda: puts(emulator), what="PUT")
        daemon.kill()
        assert " modem=gsm0 limit=" in journal(daemon)
        return emulator, daemon

    return kill


def test_mail_whose_result_comes_after_the_restart_is_sent_once(killed, sink):
    emulator, daemon = killed({"delay-result": 4000})
    daemon.start()
    entry = daemon.entry(TO)
    assert entry["state"] == "active"
    assert entry["reason"]
    daemon.wait_empty()
    (arrived,) = sink.mails
    assert not is_marked(arrived)
    assert len(puts(emulator)) == 1
    assert "delivered to" in daemon.log()


def test_module_goes_on_with_other_mails_afterwards(killed, sink):
    emulator, daemon = killed({"delay-result": 3000})
    daemon.start()
    daemon.sendmail("next@example.com", mail=mail("Next", "text\n"))
    daemon.wait_empty()
    assert [arrived.recipients for arrived in sink.mails] == [[TO], ["next@example.com"]]
    assert not any(is_marked(arrived) for arrived in sink.mails)
    assert len(puts(emulator)) == 2


def test_mail_that_was_refused_is_tried_again_and_counts_nothing(killed, sink):
    emulator, daemon = killed({"answer": -451, "delay-result": 3000})
    daemon.start()
    daemon.wait_empty()
    (arrived,) = sink.mails
    assert not is_marked(arrived)
    assert len(puts(emulator)) == 2
    assert "attempt 2" not in daemon.log()


def test_refusal_that_stays_is_dealt_with_as_always(make_emulator, make_daemon, sink):
    rule = {"on": "put", "answer": -550, "delay-result": 3000}
    emulator = make_emulator(rules=[rule])
    daemon = make_daemon(emulator.device, queue=SHORT).start()
    daemon.sendmail(TO, mail=mail("No", "text\n"))
    eventually(lambda: puts(emulator), what="PUT")
    daemon.kill()
    daemon.start()
    entry = daemon.wait_state(TO, "failed", 60)
    assert entry["recipients"][0]["code"] == -550
    assert entry["attempts"] == 1
    assert len(puts(emulator)) == 2
    assert not sink.mails


def test_mail_whose_result_is_lost_is_sent_again_and_says_so(killed, sink):
    _, daemon = killed({"drop": "result"})
    daemon.start()
    daemon.wait_empty(timeout=120)
    assert [is_marked(arrived) for arrived in sink.mails] == [False, True]


def test_mail_whose_result_is_lost_fails_when_so_configured(killed, sink):
    emulator, daemon = killed({"drop": "result"}, queue={**SHORT, "uncertain": "fail"})
    daemon.start()
    daemon.wait_state(TO, "failed", 120)
    assert len(puts(emulator)) == 1
    assert len(sink.mails) == 1


def test_module_that_started_anew_in_the_meantime_leaves_it_uncertain(killed, sink):
    emulator, daemon = killed({"answer": 0, "delay-result": 60000})
    emulator.process.send_signal(signal.SIGUSR1)
    time.sleep(1)
    daemon.start()
    daemon.wait_empty(timeout=120)
    assert is_marked(sink.mails[-1])
    assert len(puts(emulator)) == 2


def test_module_that_starts_anew_while_it_is_listened_to_leaves_it_uncertain(killed, sink):
    emulator, daemon = killed({"answer": 0, "delay-result": 60000})
    daemon.start()
    assert daemon.entry(TO)["state"] == "active"
    time.sleep(1)
    emulator.process.send_signal(signal.SIGUSR1)
    daemon.wait_empty(timeout=120)
    assert is_marked(sink.mails[-1])
    assert len(puts(emulator)) == 2


def test_modem_that_is_not_configured_any_more_leaves_it_uncertain_at_once(killed):
    _, daemon = killed({"delay-result": 60000}, queue={"retry": "1h"})
    with open(daemon.configuration, encoding="utf-8") as file:
        text = file.read()
    with open(daemon.configuration, "w", encoding="utf-8") as file:
        file.write(text.replace('[modem "gsm0"]', '[modem "gsm7"]'))
    daemon.start()
    assert daemon.entry(TO)["state"] == "uncertain"


def test_reload_in_the_meantime_changes_nothing(killed, sink):
    emulator, daemon = killed({"delay-result": 6000})
    daemon.start()
    before = journal(daemon)
    daemon.notify.forget()
    daemon.process.send_signal(signal.SIGHUP)
    eventually(lambda: daemon.notify.has("READY=1"), what="READY=1 after the reload")
    assert journal(daemon) == before
    assert daemon.entry(TO)["state"] == "active"
    daemon.wait_empty()
    (arrived,) = sink.mails
    assert not is_marked(arrived)
    assert len(puts(emulator)) == 1


def test_stop_in_the_meantime_is_quick_and_the_next_start_goes_on(killed, sink):
    emulator, daemon = killed({"delay-result": 6000})
    daemon.start()
    before = journal(daemon)
    started = time.monotonic()
    assert daemon.stop() == 0
    assert time.monotonic() - started < 5
    assert journal(daemon) == before
    daemon.start()
    assert daemon.entry(TO)["state"] == "active"
    daemon.wait_empty()
    assert len(sink.mails) == 1
    assert len(puts(emulator)) == 1


def test_other_modem_works_while_one_is_listened_to(make_emulator, make_daemon, sink):
    slow = make_emulator(rules=[{"on": "put", "nth": 1, "delay-result": 8000}])
    daemon = make_daemon(slow.device, queue=SHORT).start()
    daemon.sendmail(TO, mail=mail("Slow", "text\n"))
    eventually(lambda: puts(slow), what="PUT")
    daemon.kill()
    other = make_emulator(name="1")
    daemon.configure(slow.device, {"queue": SHORT, SECOND: {"device": other.device}})
    daemon.start()
    daemon.sendmail("next@example.com", mail=mail("Next", "text\n"))
    sink.wait_for(lambda arrived: arrived.recipients == ["next@example.com"])
    assert daemon.entry(TO)["state"] == "active"
    daemon.wait_empty()
    assert len(sink.mails) == 2
    assert not any(is_marked(arrived) for arrived in sink.mails)
    assert len(puts(slow)) == 1


def test_two_modems_settle_two_mails(make_emulator, make_daemon, sink):
    rules = [{"on": "put", "nth": 1, "delay-result": 6000}]
    emulators = [make_emulator(rules=rules), make_emulator(name="1", rules=rules)]
    daemon = make_daemon(
        emulators[0].device, queue=SHORT, **{SECOND: {"device": emulators[1].device}}
    ).start()
    for number in range(2):
        daemon.sendmail(f"user{number}@example.com", mail=mail("Both", "text\n"))
    eventually(lambda: all(puts(emulator) for emulator in emulators), what="two PUTs")
    daemon.kill()
    daemon.start()
    assert [entry["state"] for entry in daemon.queue()] == ["active", "active"]
    daemon.wait_empty()
    assert len(sink.mails) == 2
    assert not any(is_marked(arrived) for arrived in sink.mails)
    assert [len(puts(emulator)) for emulator in emulators] == [1, 1]
