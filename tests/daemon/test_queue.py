# SPDX-License-Identifier: ISC
"""No message is stuck, forgotten or overtaken: what one mail's trouble does to the others."""

import glob
import os
import signal

from house import eventually
from test_delivery import mail

LONG_TEXT = "".join(f"line {number:05d} {'x' * 50}\n" for number in range(450))


def test_pages_of_a_split_text_all_arrive_when_one_fails_on_the_way(make_emulator, make_daemon,
                                                                   sink):
    emulator = make_emulator(rules=[{"on": "put", "nth": 2, "answer": -5}])
    daemon = make_daemon(emulator.device, content={"oversize": "split"}).start()
    daemon.sendmail("ops@example.com", mail=mail("Log", LONG_TEXT))
    daemon.wait_empty()
    arrived = "".join(one.text for one in sink.mails)
    for number in range(450):
        assert f"line {number:05d}" in arrived
    assert not any("possible duplicate" in one.text for one in sink.mails)


def test_reload_between_pages_loses_none(make_emulator, make_daemon, sink):
    emulator = make_emulator(rules=[{"on": "put", "nth": 1, "delay-result": 1500}])
    daemon = make_daemon(emulator.device, content={"oversize": "split"}).start()
    daemon.sendmail("ops@example.com", mail=mail("Log", LONG_TEXT))
    eventually(lambda: any("AT+QSMTPPUT" in line for line in emulator.lines("host")))
    daemon.process.send_signal(signal.SIGHUP)
    daemon.wait_empty()
    arrived = "".join(one.text for one in sink.mails)
    assert "line 00000" in arrived and "line 00449" in arrived


def test_command_refused_for_one_recipient_spares_the_other_and_the_queue(make_emulator,
                                                                          make_daemon, sink):
    rule = {"on": "AT+QSMTPDST=", "has": "bad@", "error": True}
    emulator = make_emulator(rules=[rule])
    daemon = make_daemon(emulator.device).start()
    both = mail("Two", "text\n", to="bad@example.com, good@example.com")
    daemon.sendmail("bad@example.com", "good@example.com", mail=both)
    daemon.sendmail("behind@example.com", mail=mail("One", "text\n", to="behind@example.com"))
    arrived = sink.wait(2, timeout=60)
    assert sorted(one.recipients[0] for one in arrived) == ["behind@example.com",
                                                            "good@example.com"]
    entry = daemon.wait_state("bad@example.com", "failed", timeout=60)
    assert {one["address"]: one["state"] for one in entry["recipients"]} == {
        "bad@example.com": "failed",
        "good@example.com": "delivered",
    }
    assert entry["reason"]


def test_uncertain_recipient_does_not_keep_the_others_waiting(make_emulator, make_daemon, sink):
    rules = [
        {"on": "put", "rcpt": "u@example.com", "times": 1, "answer": -9},
        {"on": "put", "rcpt": "u@example.com", "answer": -450},
    ]
    emulator = make_emulator(rules=rules)
    daemon = make_daemon(emulator.device, queue={"retry": "300ms"}).start()
    daemon.sendmail("u@example.com", "ok@example.com",
                    mail="To: u@example.com\nBcc: ok@example.com\nSubject: x\n\ntext\n")
    arrived = sink.wait_for(lambda one: one.recipients == ["ok@example.com"], timeout=60)
    assert "possible duplicate" not in arrived.text


def test_message_that_cannot_be_read_stops_nobody(make_daemon, make_emulator, sink, folder):
    device = os.path.join(folder, "modem")
    daemon = make_daemon(device).start()
    daemon.sendmail("gone@example.com", mail=mail("Gone", "text\n", to="gone@example.com"))
    for path in glob.glob(os.path.join(daemon.spool, "queue", "*")):
        os.unlink(path)
    daemon.sendmail("behind@example.com", mail=mail("Behind", "text\n", to="behind@example.com"))
    make_emulator()
    (arrived,) = sink.wait(timeout=60)
    assert arrived.recipients == ["behind@example.com"]


def test_three_refused_with_554_hold_the_account_and_a_good_mail_ends_it(daemon, sink):
    for number in range(3):
        to = f"data-554.{number}@example.com"
        daemon.sendmail(to, mail=mail("Poison", "text\n", to=to))
    eventually(lambda: daemon.api("/v1/status")["account_held"], 60, "the held account")
    daemon.sendmail("good@example.com", mail=mail("Good", "text\n", to="good@example.com"))
    (arrived,) = sink.wait(timeout=60)
    assert arrived.recipients == ["good@example.com"]
    eventually(lambda: not daemon.api("/v1/status")["account_held"], 60, "the account's return")


def test_larger_limit_holds_after_a_reload(make_daemon, make_emulator, sink):
    emulator = make_emulator()
    daemon = make_daemon(emulator.device, smtp={"max-message-size": "20K"}).start()
    daemon.sendmail("ops@example.com", mail=mail("Large", LONG_TEXT * 2), status=65)
    daemon.configure(emulator.device, {"smtp": {"max-message-size": "200K"}})
    daemon.notify.forget()
    daemon.process.send_signal(signal.SIGHUP)
    eventually(lambda: daemon.notify.has("READY=1"), 30, "the reload")
    daemon.sendmail("ops@example.com", mail=mail("Large", LONG_TEXT * 2))
    assert sink.wait(timeout=60)


def test_stop_with_a_reload_on_the_way_is_quick(make_emulator, make_daemon):
    emulator = make_emulator(rules=[{"on": "put", "delay-result": 2000}])
    daemon = make_daemon(emulator.device).start()
    daemon.sendmail("ops@example.com", mail=mail("Slow", "text\n"))
    eventually(lambda: any("AT+QSMTPPUT" in line for line in emulator.lines("host")))
    daemon.process.send_signal(signal.SIGTERM)
    eventually(lambda: daemon.notify.has("STOPPING=1"), 10, "the stop")
    daemon.process.send_signal(signal.SIGHUP)
    daemon.api("/v1/reload", "POST", status=202)
    assert daemon.process.wait(20) == 0


def test_mail_that_silences_the_module_does_not_hold_the_others_back(make_emulator, make_daemon,
                                                                     sink):
    rule = {"on": "AT+QSMTPDST=", "has": "poison@", "drop": "all"}
    emulator = make_emulator(rules=[rule])
    daemon = make_daemon(emulator.device, modem={"command-timeout": "1s"},
                         queue={"retry": "1h"}).start()
    daemon.sendmail("poison@example.com", mail=mail("Poison", "x\n", to="poison@example.com"))
    daemon.sendmail("good@example.com", mail=mail("Good", "x\n", to="good@example.com"))
    (arrived,) = sink.wait(timeout=90)
    assert arrived.recipients == ["good@example.com"]
    entry = daemon.wait_state("poison@example.com", "deferred")
    assert entry["attempts"] == 1
    assert entry["recipients"][0]["text"]


def test_result_before_its_ok_counts(make_emulator, make_daemon, sink):
    emulator = make_emulator(rules=[{"on": "put", "answer": 0, "deliver": True, "result-first": True}])
    daemon = make_daemon(emulator.device).start()
    daemon.sendmail("ops@example.com", mail=mail("Once", "text\n"))
    daemon.wait_empty()
    assert len(sink.mails) == 1


def test_uncertain_by_code_leaves_the_link_alone(make_emulator, make_daemon, sink):
    emulator = make_emulator(rules=[{"on": "put", "rcpt": "u@example.com", "answer": -9}])
    daemon = make_daemon(emulator.device, queue={"link-retry": "1h", "retry": "1h"}).start()
    daemon.sendmail("u@example.com", mail=mail("Unknown", "text\n", to="u@example.com"))
    daemon.wait_state("u@example.com", "uncertain")
    daemon.sendmail("good@example.com", mail=mail("Good", "text\n", to="good@example.com"))
    (arrived,) = sink.wait()
    assert arrived.recipients == ["good@example.com"]


def test_failed_mail_tells_why(make_emulator, make_daemon, sink):
    emulator = make_emulator(rules=[{"on": "put", "rcpt": "bad@example.com", "answer": -550}])
    daemon = make_daemon(emulator.device).start()
    daemon.sendmail("bad@example.com", mail=mail("Bad", "text\n", to="bad@example.com"))
    entry = daemon.wait_state("bad@example.com", "failed")
    assert "-550" in entry["reason"]
    assert entry["attempts"] == 1


def test_manager_that_does_not_read_blocks_nothing(make_emulator, make_daemon, sink):
    daemon = make_daemon(make_emulator().device).start()
    daemon.notify.pause()
    for number in range(8):
        daemon.sendmail("ops@example.com", mail=mail(f"Mail {number}", "text\n"))
    assert len(sink.wait(8, timeout=60)) == 8
    assert daemon.api("/v1/status")["version"]
