# SPDX-License-Identifier: ISC
"""A machine whose clock is wrong, or is set while the daemon runs: nothing is given up or
removed early, and nothing waits for ever. The clock is libfaketime's."""

import glob
import os
import time

import pytest

from house import eventually
from test_delivery import mail

BUSY = "busy@example.com"
BAD = "bad@example.com"
YEARS = "3650d"
IN_1970 = "-%d" % (time.time() - 600)
STEPS = ["+" + YEARS, "-" + YEARS, pytest.param(IN_1970, id="to 1970")]
PATTERN = "/usr/lib/*/faketime/libfaketimeMT.so.1"


class Clock:
    """What the daemon takes for the wall's clock; the one for waiting is left alone."""

    def __init__(self, folder, daemon):
        self.path = os.path.join(folder, "clock")
        (library,) = glob.glob(PATTERN)
        daemon.environment = {
            "LD_PRELOAD": library,
            "FAKETIME_TIMESTAMP_FILE": self.path,
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0",
        }
        self.set("+0")

    def set(self, offset):
        with open(self.path + ".new", "w") as file:
            file.write(offset + "\n")
        os.rename(self.path + ".new", self.path)


class World:
    def __init__(self, make_emulator, make_daemon, sink, folder, busy_times, **queue):
        rules = [{"on": "put", "rcpt": BUSY, "answer": -450, "times": busy_times},
                 {"on": "put", "rcpt": BAD, "answer": -550}]
        queue = {"retry": "200ms", "bounce-to": "none"} | queue
        self.sink = sink
        self.daemon = make_daemon(make_emulator(rules=rules).device, queue=queue)
        self.clock = Clock(folder, self.daemon)

    def send(self, *to):
        for one in to:
            self.daemon.sendmail(one, mail=mail("Clock", "text\n", to=one))

    def attempts(self):
        return self.daemon.entry(BUSY)["attempts"]

    def year(self):
        return int(eventually(lambda: self.daemon.entry(BUSY)["next_attempt"])[:4])


@pytest.fixture
def world(make_emulator, make_daemon, sink, folder):
    return lambda busy_times=0, **queue: World(make_emulator, make_daemon, sink, folder, busy_times,
                                               **queue)


def test_the_clock_of_a_test_is_what_the_daemon_sees(world):
    one = world()
    one.clock.set(IN_1970)
    one.daemon.start()
    one.send(BUSY)
    assert one.daemon.entry(BUSY)["arrived"].startswith("1970-01-01T00:")


def test_nothing_expires_in_1970_and_it_does_when_the_clock_is_right(world):
    one = world(expire="1s", failed_keep="1s")
    one.clock.set(IN_1970)
    one.daemon.start()
    one.send(BUSY, BAD)
    one.daemon.wait_state(BAD, "failed")
    started = one.attempts()
    time.sleep(2.5)
    assert one.attempts() > started + 3
    assert one.daemon.entry(BUSY)["state"] in ("deferred", "active")
    assert one.daemon.entry(BAD)["state"] == "failed"
    one.clock.set("+0")
    one.daemon.wait_state(BUSY, "failed")
    assert "given up after" in one.daemon.entry(BUSY)["recipients"][0]["text"]


@pytest.mark.parametrize("step", STEPS)
def test_a_step_gives_nothing_up_and_keeps_nothing_waiting(world, step):
    one = world(busy_times=25, expire="1h", **{"failed-keep": "1h"})
    one.daemon.start()
    one.send(BUSY, BAD)
    one.daemon.wait_state(BAD, "failed")
    year = one.year()
    one.clock.set(step)
    eventually(lambda: abs(one.year() - year) >= 9)
    (arrived,) = one.sink.wait()
    assert arrived.recipients == [BUSY]
    assert one.daemon.entry(BAD)["state"] == "failed"
    # There and back: still nothing is lost.
    one.clock.set("+0")
    one.send("ops@example.com")
    one.sink.wait(2)
    assert one.daemon.entry(BAD)["state"] == "failed"


@pytest.mark.parametrize("step", STEPS)
def test_a_start_with_a_wrong_clock(world, step):
    one = world(busy_times=6, expire="1h", **{"failed-keep": "1h"})
    one.daemon.start()
    one.send(BUSY, BAD)
    one.daemon.wait_state(BAD, "failed")
    eventually(lambda: one.attempts() >= 2)
    one.daemon.stop()
    one.clock.set(step)
    one.daemon.start()
    one.sink.wait()
    assert one.daemon.entry(BAD)["state"] == "failed"
    one.send("ops@example.com")
    one.sink.wait(2)
    one.daemon.stop()
    one.clock.set("+0")
    one.daemon.start()
    assert one.daemon.entry(BAD)["state"] == "failed"


def test_a_long_wait_is_not_begun_anew_by_each_start(world):
    """Half of an hour is over when the machine starts anew; a clock that is right knows."""
    one = world(busy_times=1, retry="1h")
    one.daemon.start()
    one.send(BUSY)
    one.daemon.wait_state(BUSY, "deferred")
    one.daemon.stop()
    one.clock.set("+2h")
    one.daemon.start()
    one.sink.wait()


def test_age_is_kept_over_starts_with_a_wrong_clock(world):
    """What was measured before counts, whatever the clock shows."""
    one = world(expire="4s", retry="300ms")
    one.daemon.start()
    one.send(BUSY)
    eventually(lambda: one.attempts() >= 6)
    one.daemon.stop()
    one.clock.set(IN_1970)
    one.daemon.start()
    time.sleep(3)
    assert one.daemon.entry(BUSY)["state"] in ("deferred", "active", "queued")
    one.clock.set("+0")
    entry = one.daemon.wait_state(BUSY, "failed", 3)
    assert "given up after" in entry["recipients"][0]["text"]
