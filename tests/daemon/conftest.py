# SPDX-License-Identifier: ISC
"""Fixtures for tests of the whole: far server, module and daemon, all real programs."""

import os
import shutil
import tempfile

import pytest

from house import Daemon, Emulator
from sink import Sink, free_port


def pytest_configure(config):
    # The module logs in without TLS; the server's library minds.
    config.addinivalue_line("filterwarnings", "ignore:Requiring AUTH")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if outcome.get_result().failed:
        item.failed = True


@pytest.fixture
def folder():
    """Short, since the path of a UNIX socket holds 107 octets at most."""
    path = tempfile.mkdtemp(prefix="gsmtpd-")
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def sink():
    far = Sink().start()
    yield far
    far.stop()


@pytest.fixture
def make_emulator(folder, sink, request):
    """make_emulator(rules=[...], options=[...]): a module that delivers to the sink."""
    made = []

    def make(**options):
        emulator = Emulator(folder, sink.port, **options)
        made.append(emulator)
        return emulator.start()

    yield make
    for emulator in made:
        if emulator.is_running():
            emulator.stop()
        if getattr(request.node, "failed", False):
            print(f"--- {emulator.name}\n{emulator.log()[-3000:]}")
            print("\n".join(map(str, emulator.records()[-60:])))
        emulator.complain_of_sanitizers()


@pytest.fixture
def emulator(make_emulator):
    return make_emulator()


@pytest.fixture
def make_daemon(folder, request):
    """make_daemon(device, queue={"retry": "1s"}, ...): not started yet."""
    made = []

    def make(device, **sections):
        daemon = Daemon(folder, device, free_port(), **sections)
        made.append(daemon)
        return daemon

    yield make
    for daemon in made:
        if getattr(request.node, "failed", False):
            print(f"--- {daemon.name}\n{daemon.log()[-6000:]}")
        daemon.close()


@pytest.fixture
def daemon(make_daemon, emulator):
    return make_daemon(emulator.device).start()


@pytest.fixture
def frugal(monkeypatch):
    """The address sanitizer keeps what was freed; that is not the daemon's memory."""
    monkeypatch.setenv("ASAN_OPTIONS", os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=0")
