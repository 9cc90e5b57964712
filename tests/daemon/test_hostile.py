# SPDX-License-Identifier: ISC
"""Hostile clients at every door: what they say and what they get stands in hostile_*.py."""

import os
import re
import shutil
import tempfile

import pytest

import hostile
import hostile_addresses
import hostile_auth
import hostile_commands
import hostile_content
import hostile_headers
from house import Daemon, eventually
from sink import free_port

CASES = (hostile_commands.CASES + hostile_addresses.CASES + hostile_content.CASES
         + hostile_headers.CASES + hostile_auth.CASES)
ALIASES = "postmaster: zebra-ops@example.com\nring: ring2\nring2: ring\nfar: zebra@denied.test\n"


@pytest.fixture(scope="module")
def door():
    """One for all: each case looks for what is new in its spool."""
    folder = tempfile.mkdtemp(prefix="gsmtpd-")
    relay_port = free_port()
    daemon = Daemon(folder, "/nonexistent/modem", free_port(),
                    smtp=hostile.smtp_options(folder, relay_port), **hostile.OPTIONS)
    daemon.relay_port = relay_port
    with open(os.path.join(folder, "aliases"), "w") as file:
        file.write(ALIASES)
    yield daemon.start()
    daemon.close()
    assert not re.search(r"[^\n\x20-\x7e\x80-\U0010ffff]", daemon.log()), "controls in the log"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("one, at", hostile.by_door(CASES), ids=hostile.name_of)
def test_case(door, one, at):
    hostile.run(door, one, at)
    assert door.is_running(), door.log()[-4000:]


def test_names_are_told_apart():
    names = [one.name for one in CASES]
    assert len(set(names)) == len(names)
    assert len(names) >= 150
    for door in hostile.ALL:
        assert sum(door in one.doors for one in CASES) >= 150


def test_nothing_half_is_left(door):
    """Behind all cases: the drafts of mails that were broken off are gone."""
    eventually(lambda: not os.listdir(os.path.join(door.spool, "tmp")), what="an empty tmp/")
