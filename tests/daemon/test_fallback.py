# SPDX-License-Identifier: ISC
"""The daemon as the fallback of a real mail server whose wired way is cut and comes back: nothing
is bounced, nothing is lost, and what policy keeps from the module waits for the wire."""

import os
import random
import re
import smtplib
import socket
import time

import pytest
from aiosmtpd.controller import Controller

from box import Box
from house import eventually
from postfix import Postfix
from sink import Mail, free_port

FROM, TO = "ann@example.org", "ops@example.com"


class Wire:
    """The mail server at the other end of the wired way, and the way itself."""

    def __init__(self):
        self.port = free_port()
        self.mails = []
        self.later = False      # it says 4xx to every recipient
        self.controller = None
        self.hole = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.later:
            return "451 4.7.1 come again"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(Mail(envelope, None))
        return "250 2.0.0 kept"

    def connect(self):
        self._fill()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, enable_SMTPUTF8=True)
        self.controller.start()

    def _fill(self):
        for one in self.hole:
            one.close()
        self.hole = []

    def cut(self):
        """Nobody listens."""
        if self.controller:
            self.controller.stop()
        self.controller = None

    def swallow(self):
        """Whoever connects waits for ever: the kernel answers no more."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(0)
        self.hole = [listener]
        for _ in range(4):
            waiting = socket.socket()
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", self.port))
            self.hole.append(waiting)

    def keep_silent(self):
        """Whoever connects is let in and told nothing."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(50)
        self.hole = [listener]

    def subjects(self):
        return [mail.subject for mail in self.mails]

    def close(self):
        self.cut()
        self._fill()


@pytest.fixture
def wire():
    made = Wire()
    yield made
    made.close()


@pytest.fixture
def house(make_daemon, emulator):
    relay_port = free_port()
    daemon = make_daemon(emulator.device, smtp={"relay_listen": f"127.0.0.1:{relay_port}"},
                         recipients={"allow": "*@example.com *@xn--*"})
    daemon.relay_port = relay_port
    return daemon.start()


@pytest.fixture
def box(house, request):
    made = Box(house)
    yield made
    made.close()
    if getattr(request.node, "failed", False):
        print(f"--- in the box\n{made.log()}")
        for name in ("postfix.log", "exim-mainlog"):
            path = os.path.join(made.folder, name)
            if os.path.exists(path):
                with open(path, errors="replace") as file:
                    print(file.read()[:8000])


TIMEOUTS = """
smtp_connect_timeout = 2s
smtp_helo_timeout = 2s
smtp_tls_security_level = none
"""


def postfix_before(house, box, nexthop):
    return Postfix(box, free_port(),
                   f"relayhost = {nexthop}\nsmtp_fallback_relay = [127.0.0.1]:{house.relay_port}\n{TIMEOUTS}")


@pytest.fixture
def postfix(house, box, wire):
    """Its regular way is the wire, which is cut when it starts."""
    return postfix_before(house, box, f"[127.0.0.1]:{wire.port}")


EXIM = """
primary_hostname = field.example.org
domainlist local_domains =
log_file_path = {folder}/exim-%slog
spool_directory = /run/exim/spool
keep_environment =
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
acl_smtp_rcpt = accept
acl_smtp_data = accept
smtputf8_advertise_hosts = *
tls_advertise_hosts =
queue_run_in_order
begin acl
accept:
  accept
begin routers
wire:
  driver = manualroute
  route_list = * 127.0.0.1::{wire}
  self = send
  transport = wire
begin transports
wire:
  driver = smtp
  allow_localhost
  fallback_hosts = 127.0.0.1::{relay}
  connect_timeout = 2s
  command_timeout = 2s
  hosts_try_fastopen =
begin retry
* * F,1h,1s
"""


class Exim:
    """Takes mail at .port, as Postfix does."""

    def __init__(self, house, box, wire):
        self.port, self.log_path = free_port(), box.folder + "/exim-mainlog"
        box.put("/etc/exim4/exim4.conf", EXIM.format(folder=box.folder, port=self.port, wire=wire.port,
                                                     relay=house.relay_port))
        box.start(f"""
            getent passwd Debian-exim >/dev/null || useradd --system Debian-exim
            mkdir -p /run/exim; chown Debian-exim /run/exim; chmod 777 {box.folder}
            exec exim4 -bdf -q1s""")

    log = Postfix.log
    client = Postfix.client


@pytest.fixture
def exim(house, box, wire):
    made = Exim(house, box, wire)
    made.box = box
    return made


def text_of(subject, body="The pump stands still.\n", to=TO):
    return f"From: Ann <{FROM}>\nTo: {to}\nSubject: {subject}\n\n{body}"


def send(server, *subjects, to=TO, **more):
    with server.client() as client:
        for subject in subjects:
            client.sendmail(FROM, [to], text_of(subject, to=to, **more))


def is_done(server, count):
    """So many mails left its queue; none of them as a bounce."""
    log = server.log()
    assert "status=bounced" not in log and " ** " not in log, log[-6000:]
    return len(re.findall(r": removed$|Completed$", log, re.M)) >= count


def done(server, count, timeout=60):
    try:
        eventually(lambda: is_done(server, count), timeout, "an empty queue")
    except AssertionError as error:
        raise AssertionError(f"{error}\n{server.log()[-6000:]}") from None


def arrived(sink, count):
    return sorted(mail.subject for mail in sink.wait(count, timeout=60))


def test_cut_and_back(postfix, house, wire, sink):
    """Refused while it is cut; then the wire has it all again."""
    send(postfix, "cut 1", "cut 2")
    assert arrived(sink, 2) == ["cut 1", "cut 2"]
    house.wait_empty()
    wire.connect()
    send(postfix, "back 1", "back 2")
    done(postfix, 4)
    assert sorted(wire.subjects()) == ["back 1", "back 2"]
    wire.cut()
    send(postfix, "cut 3")
    assert arrived(sink, 3) == ["cut 1", "cut 2", "cut 3"]
    house.wait_empty()
    assert len(wire.mails) == 2


@pytest.mark.parametrize("how", ["swallow", "keep_silent"])
def test_black_hole(postfix, house, wire, sink, how):
    getattr(wire, how)()
    send(postfix, "from the hole")
    assert arrived(sink, 1) == ["from the hole"]
    done(postfix, 1)
    wire.connect()
    send(postfix, "back")
    done(postfix, 2)
    assert wire.subjects() == ["back"]
    assert len(sink.mails) == 1


def test_no_network(house, box, sink):
    """An address to which there is no way, or from which nothing comes."""
    postfix = postfix_before(house, box, "[240.0.0.1]")
    send(postfix, "from nowhere")
    assert arrived(sink, 1) == ["from nowhere"]
    done(postfix, 1)


def test_no_name_server(house, box, sink):
    """With the wire goes the way to the name server."""
    box.put("/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    postfix = postfix_before(house, box, "mail.example.net")
    send(postfix, "without names")
    assert arrived(sink, 1) == ["without names"]
    done(postfix, 1)


def test_wire_that_says_later(postfix, wire, sink):
    wire.connect()
    wire.later = True
    send(postfix, "come again")
    assert arrived(sink, 1) == ["come again"]
    done(postfix, 1)
    assert wire.mails == []


def test_policy_waits_for_the_wire(postfix, house, wire, sink):
    """Whom the module may not write to, and what no module can carry: 4xx, never a bounce."""
    for address in ("ann@denied.example.net", '"a b"@example.com', "nobody@gw1.example.net"):
        send(postfix, "waits", to=address)
    send(postfix, "goes")
    assert arrived(sink, 1) == ["goes"]
    eventually(lambda: postfix.log().count("status=deferred") >= 3, 60, "three that wait")
    assert "said: 450 4.7.1 " in postfix.log()
    assert not is_done(postfix, 2)
    wire.connect()
    done(postfix, 4)
    assert wire.subjects() == ["waits"] * 3
    assert len(sink.mails) == 1 and house.queue() == []


def test_one_of_several_recipients_waits(postfix, house, wire, sink):
    """The module has its mail, once; the other one's goes by the wire."""
    with postfix.client() as client:
        client.sendmail(FROM, [TO, "ann@denied.example.net"], text_of("both"))
    assert sink.wait(1, 60)[0].recipients == [TO]
    house.wait_empty()
    wire.connect()
    done(postfix, 1)
    assert [mail.recipients for mail in wire.mails] == [["ann@denied.example.net"]]
    assert len(sink.mails) == 1


def test_large_mail_is_degraded_not_refused(postfix, house, sink):
    """It is larger than max-message-size, which is for those who submit."""
    lines = "".join(f"{number}: the pump stands still\n" for number in range(90000))
    assert len(lines) > 2 << 20
    send(postfix, "large", body=lines)
    mails = sink.wait(1, 60)
    done(postfix, 1)
    house.wait_empty()
    assert "0: the pump stands still" in mails[0].text
    assert "status=sent" in postfix.log()


def test_unicode(postfix, house, sink):
    to = "ops@b\u00fccher.example"
    with postfix.client() as client:
        client.ehlo()
        client.mail(FROM, ["SMTPUTF8", "BODY=8BITMIME"])
        assert client.rcpt(to)[0] == 250
        assert client.data(text_of("F\u00fcllstand", to=to).encode())[0] == 250
    (mail,) = sink.wait(1, 60)
    done(postfix, 1)
    assert mail.recipients == ["ops@xn--bcher-kva.example"]
    assert mail.subject == "F\u00fcllstand"


def test_relay_announces_what_another_mta_needs(house):
    with smtplib.SMTP("127.0.0.1", house.relay_port, timeout=20) as client:
        client.ehlo()
        offered = client.esmtp_features
    for name in ("smtputf8", "8bitmime", "pipelining", "dsn", "enhancedstatuscodes", "chunking"):
        assert name in offered, offered
    assert int(offered["size"]) >= 10240000     # message_size_limit of Postfix


def test_daemon_that_stops_loses_nothing(postfix, house, wire, sink):
    """Both ways are gone for a while, and the wire stays so."""
    send(postfix, "before")
    assert arrived(sink, 1) == ["before"]
    house.wait_empty()
    assert house.stop() == 0
    send(postfix, "meanwhile 1", "meanwhile 2")
    eventually(lambda: "status=deferred" in postfix.log(), 60, "a mail that waits")
    house.restart()
    assert arrived(sink, 3) == ["before", "meanwhile 1", "meanwhile 2"]
    done(postfix, 3)


def test_a_wire_that_comes_and_goes(postfix, house, wire, sink):
    """Each of many mails arrives one way or the other."""
    draw = random.Random(5)
    subjects = [f"mail {number}" for number in range(40)]
    for subject in subjects:
        if draw.random() < 0.3:
            if wire.controller:
                wire.cut()
            else:
                wire.connect()
        send(postfix, subject)
    done(postfix, len(subjects))
    house.wait_empty()
    by_module = [mail.subject for mail in sink.mails]
    # Once: but what the wire had when it was cut before it said so.
    assert set(by_module + wire.subjects()) == set(subjects)
    assert len(by_module) == len(set(by_module))
    assert by_module and wire.mails


def test_exim_cut_and_back(exim, house, wire, sink):
    send(exim, "cut")
    assert arrived(sink, 1) == ["cut"]
    house.wait_empty()
    wire.connect()
    time.sleep(2)       # it remembers for a second which hosts are down
    send(exim, "back")
    done(exim, 2)
    assert wire.subjects() == ["back"]
    assert len(sink.mails) == 1


def test_exim_policy_waits_for_the_wire(exim, house, wire, sink):
    send(exim, "waits", to="ann@denied.example.net")
    send(exim, "goes")
    assert arrived(sink, 1) == ["goes"]
    eventually(lambda: "450 4.7.1" in exim.log(), 30, "a refusal")
    time.sleep(2)       # a few runs of its queue
    assert not is_done(exim, 2)
    wire.connect()
    done(exim, 2)
    assert wire.subjects() == ["waits"]
    assert len(sink.mails) == 1 and house.queue() == []
