# SPDX-License-Identifier: ISC
"""Several modems and several accounts: work is shared, and trouble of one is its own."""

import pytest

from house import eventually
from test_delivery import mail

SHORT = {"retry": "200ms", "link-retry": "200ms", "account-retry": "500ms"}
LONG = {"retry": "1h", "link-retry": "1h", "account-retry": "1h"}
SECOND = 'modem "gsm1"'
OTHER = 'account "other"'


def modems(daemon):
    return {one["name"]: one for one in daemon.api("/v1/modems")["modems"]}


def wait_ready(daemon, *names):
    eventually(lambda: all(modems(daemon)[name]["state"] == "ready" for name in names),
               what=f"{names} ready")


def puts(emulator):
    return [line for line in emulator.lines("host") if line.startswith("AT+QSMTPPUT=")]


def submit(daemon, count, start=0):
    for number in range(start, start + count):
        to = f"user{number}@example.com"
        daemon.sendmail(to, mail=mail(f"Mail {number}", "text\n", to=to))


def subjects(sink):
    return sorted(one.subject for one in sink.mails)


class Pool:
    """Two modems and the daemon; the modems come when plug() says so."""

    def __init__(self, folder, make_emulator, make_daemon, first, second, gsm1, sections):
        self.make_emulator = make_emulator
        self.rules = (first, second)
        sections = {"queue": SHORT, "modem": {"command-timeout": "500ms"}, **sections}
        sections[SECOND] = {"device": f"{folder}/modem1", "command-timeout": "500ms", **gsm1}
        self.daemon = make_daemon(f"{folder}/modem", **sections).start()

    def plug(self):
        self.one = self.make_emulator(rules=self.rules[0])
        self.two = self.make_emulator(rules=self.rules[1], name="1")
        return self

    def plug_and_wait(self, *names):
        self.plug()
        wait_ready(self.daemon, *(names or ("gsm0", "gsm1")))
        return self


@pytest.fixture
def pool(folder, make_emulator, make_daemon):
    """pool(rules of gsm0, rules of gsm1, gsm1={...}, queue={...}): the daemon runs."""
    return lambda first=(), second=(), gsm1={}, **sections: Pool(
        folder, make_emulator, make_daemon, first, second, gsm1, sections)


def test_both_are_used_when_there_is_work(pool, sink):
    slow = [{"on": "put", "delay-result": 400}]
    both = pool(slow, slow)
    submit(both.daemon, 6)
    both.plug()
    sink.wait(6)
    both.daemon.wait_empty()
    assert subjects(sink) == [f"Mail {number}" for number in range(6)]
    assert len(puts(both.one)) >= 2 and len(puts(both.two)) >= 2


def test_one_that_is_gone_leaves_its_work_to_the_other(pool, sink):
    both = pool().plug_and_wait()
    both.one.kill()
    submit(both.daemon, 4)
    sink.wait(4)
    both.daemon.wait_empty()
    assert len(puts(both.two)) == 4
    assert modems(both.daemon)["gsm1"]["state"] == "ready"


@pytest.mark.parametrize("harm", [{"hangup": 20000}, {"off": True}])
def test_mail_before_put_is_taken_over_at_once_and_not_marked(pool, sink, harm):
    both = pool([{"on": "AT+QSMTPDST=1", "nth": 1, **harm}])
    submit(both.daemon, 2)
    both.plug()
    fault = eventually(lambda: [one for one in both.one.records() if one["event"] == "fault"],
                       what="the trouble")[0]
    sink.wait(2, timeout=30)
    both.daemon.wait_empty()
    assert len(puts(both.two)) == 2 and not puts(both.one)
    assert subjects(sink) == ["Mail 0", "Mail 1"]
    assert not [arrived for arrived in sink.mails if "duplicate" in arrived.text]
    last = [one for one in both.two.records() if one["event"] == "mail"][-1]
    assert last["ms"] - fault["ms"] < 3000


def test_mail_behind_put_is_taken_over_and_marked(pool, sink):
    both = pool([{"on": "put", "nth": 1, "hangup": 20000, "phase": "between", "deliver": True}])
    submit(both.daemon, 2)
    both.plug()
    both.daemon.wait_empty()
    assert len(puts(both.one)) == 1 and len(puts(both.two)) == 2
    (marked,) = [one for one in sink.mails if "possible duplicate" in one.text.lower()]
    assert sorted(set(subjects(sink))) == ["Mail 0", "Mail 1"]
    assert sum(one.subject == marked.subject for one in sink.mails) <= 2


def test_breaker_of_one_leaves_the_other_closed(pool, sink):
    both = pool([{"on": "put", "answer": -5}], queue=LONG)
    submit(both.daemon, 4)
    both.plug()
    sink.wait(4)
    both.daemon.wait_empty()
    assert len(puts(both.one)) == 1
    assert modems(both.daemon)["gsm0"]["breaker"] != "closed"
    assert modems(both.daemon)["gsm1"]["breaker"] == "closed"


def test_silent_one_holds_nobody_up(pool, sink):
    both = pool([{"on": "AT", "drop": "command"}]).plug_and_wait("gsm1")
    submit(both.daemon, 3)
    sink.wait(3)
    both.daemon.wait_empty()
    assert modems(both.daemon)["gsm0"]["state"] != "ready"


def test_account_that_is_refused_holds_only_itself(pool, sink):
    both = pool([{"on": "put", "answer": -535}], gsm1={"account": "other"}, queue=LONG,
                **{OTHER: {"address": "gw2@example.net"}})
    submit(both.daemon, 4)
    both.plug()
    sink.wait(4)
    both.daemon.wait_empty()
    assert len(puts(both.one)) == 1
    assert {arrived.sender for arrived in sink.mails} == {"gw2@example.net"}
    held = {one["name"]: one["held"] for one in both.daemon.api("/v1/status")["accounts"]}
    assert held == {"main": True, "other": False}
