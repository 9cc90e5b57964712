# SPDX-License-Identifier: ISC
"""Many clients, slow clients, greedy clients at the daemon's door: each gets what is
documented, the others are served meanwhile, and memory stays within 32 MiB."""

import os
import re
import resource
import socket
import threading
import time

import pytest

import secure
from house import eventually, program
from secure import SecureClient, plain
from test_smtp import HELLO, TO_DATA, Client, drafts, make_door, stored  # noqa: F401

MEMORY_KIB = 32 * 1024
MAIL = b"MAIL FROM:<a@example.org>\r\n"


def is_plain_build():
    """Sanitizers multiply what a program takes."""
    with open(program("gsmtpd"), "rb") as file:
        return b"__asan_init" not in file.read()


def memory_kib(daemon, what="VmRSS"):
    with open(f"/proc/{daemon.process.pid}/status") as file:
        return int(re.search(rf"{what}:\s+(\d+)", file.read()).group(1))


def cpu_s(daemon):
    with open(f"/proc/{daemon.process.pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture
def load_door(make_door):
    """A door whose memory is looked at when the test ends, at its highest."""
    made = []

    def make(**smtp):
        made.append(make_door(smtp={"max-connections-per-client": "1000", **smtp}))
        return made[-1]

    yield make
    for door in made:
        if is_plain_build() and door.is_running():
            assert memory_kib(door, "VmHWM") < MEMORY_KIB


def deliver(target):
    """A client that behaves; how long it took."""
    begun = time.monotonic()
    with Client(target) as client:
        client.begin_data()
        assert client.ask(b"x\r\n.\r\n").startswith("250 2.0.0 queued as ")
        assert client.ask(b"QUIT\r\n")[:3] == "221"
    return time.monotonic() - begun


class Drip(threading.Thread):
    """Sends an octet of `text` to each client now and then, over and over, until stopped."""

    def __init__(self, clients, text, pause_s):
        super().__init__(daemon=True)
        self.clients, self.text, self.pause_s = clients, text, pause_s
        self.stopped = threading.Event()
        self.start()

    def run(self):
        at = 0
        while not self.stopped.wait(self.pause_s):
            for client in self.clients:
                try:
                    client.send(self.text[at:at + 1])
                except OSError:
                    pass
            at = (at + 1) % len(self.text)

    def stop(self):
        self.stopped.set()
        self.join()


@pytest.mark.parametrize("state", ["greeted", "hello", "data"])
def test_slowloris(load_door, state):
    """An octet now and then does not make the deadline move."""
    door = load_door(timeout="2s")
    clients = [Client(door.port) for _ in range(60)]
    for client in clients:
        if state == "data":
            client.begin_data()
        elif state == "hello":
            client.greet()
        else:
            client.reply()
    begun = time.monotonic()
    drip = Drip(clients, b"x", 0.2)
    assert deliver(door.socket_path) < 1.5
    assert deliver(door.port) < 1.5
    for client in clients:
        assert client.reply() == "421 4.4.2 Nothing complete came in time; closing the connection"
    assert 1 < time.monotonic() - begun < 8
    drip.stop()
    for client in clients:
        client.close()
    eventually(lambda: not drafts(door), what="an empty tmp/")
    assert len(stored(door)) == 2


def test_session_that_takes_no_mail_ends(load_door):
    door = load_door(timeout="1s")
    with Client(door.port) as idler, Client(door.port) as worker:
        idler.greet()
        worker.greet()
        begun = time.monotonic()
        ended = None
        while time.monotonic() - begun < 9:
            if ended is None:
                reply = idler.ask(b"NOOP\r\n")
                if not reply.startswith("250"):
                    assert reply.startswith("421 4.4.2 ")
                    ended = time.monotonic() - begun
            worker.send(TO_DATA)
            assert [worker.reply()[:3] for _ in range(3)] == ["250", "250", "354"]
            assert worker.ask(b"x\r\n.\r\n")[:3] == "250"
            time.sleep(0.3)
    assert 5 < ended < 8


def test_300_idle_connections(load_door):
    door = load_door(**{"max-connections": "300"})
    before = memory_kib(door)
    clients = [Client(door.port).greet() for _ in range(300)]
    if is_plain_build():
        assert memory_kib(door) - before < 300 * 24
    with Client(door.port) as late:
        assert late.reply() == "421 4.7.0 Too many connections; try again"
        assert late.is_closed()
    assert deliver(door.socket_path) < 1
    assert all(client.ask(b"NOOP\r\n")[:3] == "250" for client in clients)
    for client in clients:
        client.close()
    eventually(lambda: Client(door.port).reply()[:3] == "220", what="room for another")


def test_100_idle_connections_in_tls(folder, load_door):
    door = load_door(**secure.options(folder))
    clients = [SecureClient(door.port).secure() for _ in range(99)]
    with SecureClient(door.port) as last:
        assert last.secure().ask(plain("slow", "right"))[:3] == "235"
    assert deliver(door.socket_path) < 1
    assert all(client.ask(b"NOOP\r\n")[:3] == "250" for client in clients)
    for client in clients:
        client.close()


def test_3000_recipients(load_door):
    door = load_door()
    with Client(door.port) as client:
        client.greet()
        client.send(MAIL + b"".join(b"RCPT TO:<%s@example.com>\r\n" % (b"r%04d" % number * 12)
                                    for number in range(3000)))
        replies = [client.reply()[:3] for _ in range(3001)]
    assert replies == 101 * ["250"] + 2900 * ["452"]
    assert deliver(door.socket_path) < 1


@pytest.mark.parametrize("state", ["command", "data"])
def test_line_of_8_mib(load_door, state):
    door = load_door()
    line = b"x" * (8 << 20)
    with Client(door.port) as client:
        if state == "data":
            client.begin_data().send(line + b"\r\n.\r\n")
            assert client.reply()[:3] == "552"
        else:
            client.greet().send(line + b"QUIT\r\n")
            assert client.reply()[:3] == "500"
        assert client.ask(b"NOOP\r\n")[:3] == "250"
    assert deliver(door.socket_path) < 1


def flood(client, text):
    """Sends until nothing more is taken; how much was."""
    client.socket.setblocking(False)
    sent = quiet = 0
    while quiet < 5:
        try:
            sent += client.socket.send(text)
            quiet = 0
        except BlockingIOError:
            quiet += 1
            time.sleep(0.01)
    return sent


def test_late_readers_are_not_read_from_and_then_dropped(load_door):
    door = load_door(timeout="5s")
    clients = []
    for _ in range(80):
        clients.append(Client(door.socket_path).greet())
        clients[-1].ask(MAIL)
        assert flood(clients[-1], b"RCPT TO:<b@example.com>\r\n" * 1000) < 4 << 20
    assert deliver(door.port) < 2
    begun = time.monotonic()
    # They never read, so nothing can tell them.
    eventually(lambda: door_sockets(door) == 0, timeout=30, what="an end of the late readers")
    assert time.monotonic() - begun < 15
    for client in clients:
        client.close()


def door_sockets(door):
    """Connections that the daemon holds on its UNIX socket."""
    with open("/proc/net/unix") as file:
        return sum(line.split()[5] == "03" and line.rstrip().endswith(door.socket_path)
                   for line in file.readlines()[1:])


def test_flood_of_connections(load_door):
    door = load_door(**{"max-connections": "20"})
    held = [Client(door.port).greet() for _ in range(20)]
    for _ in range(500):
        with Client(door.port) as client:
            try:
                assert client.reply() in ("421 4.7.0 Too many connections; try again", "")
            except ConnectionResetError:
                pass
    assert deliver(door.socket_path) < 1
    assert 1 <= door.log().count("turned away, too many connections: 20 in all") <= 6
    for client in held:
        assert client.ask(b"NOOP\r\n")[:3] == "250"
        client.close()
    eventually(lambda: Client(door.port).reply()[:3] == "220", what="room for another")


def test_local_flood_leaves_the_network_alone(load_door):
    door = load_door(**{"max-connections": "5"})
    held = [Client(door.socket_path).greet() for _ in range(5)]
    with Client(door.socket_path) as late:
        assert late.reply()[:3] == "421"
    assert deliver(door.port) < 1
    for client in held:
        client.close()


def from_address(address, port):
    client = SecureClient.__new__(SecureClient)
    client.socket = socket.create_connection(("127.0.0.1", port), 20, source_address=(address, 0))
    client.stream = client.socket.makefile("rb")
    return client


def test_an_address_has_its_share(folder, load_door):
    """Counted from the first octet, so also while TLS is being begun."""
    door = load_door(**secure.options(folder, trusted="127.0.0.0/8"),
                     **{"max-connections-per-client": "3"})
    held = [from_address("127.0.0.2", door.port) for _ in range(3)]
    for client in held:
        client.greet()
        assert client.ask(b"STARTTLS\r\n")[:3] == "220"
    with from_address("127.0.0.2", door.port) as late:
        assert late.reply()[:3] == "421"
    with from_address("127.0.0.3", door.port) as other:
        other.greet()
    held.pop().close()

    def has_room():
        with from_address("127.0.0.2", door.port) as client:
            return client.reply()[:3] == "220"

    eventually(has_room, what="room for another")
    for client in held:
        client.close()


def test_no_descriptor_left(load_door):
    door = load_door()
    used = max(map(int, os.listdir(f"/proc/{door.process.pid}/fd"))) + 1
    before = resource.prlimit(door.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(door.process.pid, resource.RLIMIT_NOFILE, (used + 10, before[1]))
    clients = [Client(door.port) for _ in range(40)]
    eventually(lambda: "cannot take SMTP connections: Too many open files" in door.log(),
               what="a complaint")
    begun = cpu_s(door)
    time.sleep(2.5)
    assert cpu_s(door) - begun < 0.5
    assert door.log().count("cannot take SMTP connections") == 1
    with Client(door.socket_path) as waiting:
        for client in clients:
            client.close()
        assert waiting.reply()[:3] == "220"
        assert "SMTP connections can be taken again" in door.log()
    resource.prlimit(door.process.pid, resource.RLIMIT_NOFILE, before)
    deliver(door.port)


def test_descriptors_for_all_who_may_come(make_daemon):
    daemon = make_daemon("/nonexistent/modem", smtp={"max-connections": "2000"})
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    daemon.start()
    limits = resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE)
    assert limits[0] >= min(hard, 8000)


def test_no_room_in_the_spool(make_door):
    door = make_door(queue={"min-free": "1024G"})
    with Client(door.port) as client:
        client.greet().send(TO_DATA)
        assert [client.reply()[:3] for _ in range(2)] == ["250", "250"]
        assert client.reply() == "452 4.3.1 Not enough room in the spool; try again"
        assert client.ask(b"NOOP\r\n")[:3] == "250"


def header_file():
    return os.path.join(os.path.dirname(__file__), "../../src/io/smtp_connection.h")


def test_a_session_holds_no_more_than_it_may(folder, load_door):
    """Each in TLS, with the longest of everything, in the middle of a mail's header, and
    reading nothing: SMTP_CONNECTION_MEMORY_MAX."""
    with open(header_file()) as file:
        limit_kib = int(re.search(r"SMTP_CONNECTION_MEMORY_MAX \((\d+) \* 1024\)", file.read()).group(1))
    count = 40
    door = load_door(**secure.options(folder, trusted="127.0.0.0/8"))
    with SecureClient(door.port) as first:    # what is only needed once
        first.secure()
    before = memory_kib(door)
    clients = []
    for _ in range(count):
        client = SecureClient(door.port).secure()
        clients.append(client)
        client.send(MAIL + b"".join(b"RCPT TO:<%s@%s.example.com>\r\n" % (b"r%03d" % number * 16, b"d" * 60)
                                    for number in range(100)) + b"DATA\r\n")
        assert [client.reply()[:3] for _ in range(102)] == 101 * ["250"] + ["354"]
        client.send(b"X-Folded: " + b"".join(b"\r\n " + b"x" * 990 for _ in range(90)))
    time.sleep(1)
    if is_plain_build():
        assert (memory_kib(door) - before) / count < limit_kib
    for client in clients:
        client.close()
    eventually(lambda: not drafts(door), what="an empty tmp/")
