# SPDX-License-Identifier: ISC
"""A mail that goes in several transactions: what a recipient has is not sent again."""

import re

import pytest

from test_delivery import mail

SPLIT = {"content": {"oversize": "split", "header-preamble": "none"}}
SHORT = {"queue": {"retry": "200ms", "link-retry": "200ms"}}
LONG_TEXT = "".join(f"line {number:05d} of a long report\n" for number in range(1200))


def page_of(text):
    return int(re.search(r"\[page (\d+) of 4", text).group(1))


def lines_of(mails):
    """The report, put together from its pages."""
    return re.findall(r"^line \d{5} of a long report$",
                      "".join(one.text.replace("\r", "") for one in mails), re.MULTILINE)


def is_whole(mails):
    return lines_of(mails) == LONG_TEXT.splitlines()


@pytest.mark.parametrize("code", [-1, -5])
def test_only_the_missing_pages_follow(make_emulator, make_daemon, sink, code):
    emulator = make_emulator(rules=[{"on": "put", "nth": 3, "answer": code}])
    daemon = make_daemon(emulator.device, **SPLIT, **SHORT).start()
    daemon.sendmail("one@example.com", mail=mail("Report", LONG_TEXT, to="one@example.com"))
    mails = sink.wait(4)
    daemon.wait_empty()
    assert [page_of(one.text) for one in mails] == [1, 2, 3, 4]
    assert is_whole(mails)
    assert not any("possible duplicate" in one.text for one in mails)


def test_they_are_remembered_over_a_kill(make_emulator, make_daemon, sink):
    emulator = make_emulator(rules=[{"on": "put", "nth": 3, "answer": -1}])
    daemon = make_daemon(emulator.device, queue={"retry": "1h"}, **SPLIT).start()
    daemon.sendmail("one@example.com", mail=mail("Report", LONG_TEXT, to="one@example.com"))
    daemon.wait_state("one@example.com", "deferred")
    assert len(sink.wait(2)) == 2
    daemon.kill()
    daemon.restart()
    daemon.ctl("retry", "--all")
    mails = sink.wait(4)
    daemon.wait_empty()
    assert [page_of(one.text) for one in mails] == [1, 2, 3, 4]
    assert is_whole(mails)


def test_each_recipient_has_its_own(make_emulator, make_daemon, sink):
    """The second page is refused for one of two, for a while."""
    emulator = make_emulator(rules=[{"on": "put", "rcpt": "two@example.com", "nth": 2,
                                     "answer": -450}])
    daemon = make_daemon(emulator.device, **SPLIT, **SHORT).start()
    daemon.sendmail("one@example.com", "two@example.com",
                    mail=mail("Report", LONG_TEXT, to="one@example.com, two@example.com"))
    daemon.wait_empty()
    for address in ("one@example.com", "two@example.com"):
        own = [one for one in sink.mails if address in one.recipients]
        assert [page_of(one.text) for one in own] == [1, 2, 3, 4], address
        assert is_whole(own)


def test_what_cannot_be_made_again_comes_whole_and_marked(make_emulator, make_daemon, sink):
    emulator = make_emulator(rules=[{"on": "put", "nth": 3, "answer": -1}])
    daemon = make_daemon(emulator.device, queue={"retry": "1h"}, **SPLIT).start()
    daemon.sendmail("one@example.com", mail=mail("Report", LONG_TEXT, to="one@example.com"))
    daemon.wait_state("one@example.com", "deferred")
    daemon.stop()
    daemon.configure(emulator.device, {"content": {"oversize": "attach"}})
    daemon.restart()
    daemon.ctl("retry", "--all")
    mails = sink.wait(3)
    daemon.wait_empty()
    assert len(sink.mails) == 3
    assert "possible duplicate" in mails[2].text
    assert mails[2].attachments


def test_page_that_a_dead_daemon_had_sent_is_there(make_emulator, make_daemon, sink):
    """The module tells after the restart; the pages behind that one follow, unmarked."""
    emulator = make_emulator(rules=[{"on": "put", "nth": 2, "delay-result": 4000}])
    daemon = make_daemon(emulator.device, **SPLIT, **SHORT).start()
    daemon.sendmail("one@example.com", mail=mail("Report", LONG_TEXT, to="one@example.com"))
    sink.wait(2)
    daemon.kill()
    daemon.restart()
    mails = sink.wait(4)
    daemon.wait_empty()
    assert [page_of(one.text) for one in mails] == [1, 2, 3, 4]
    assert is_whole(mails)
    assert not any("possible duplicate" in one.text for one in mails)
