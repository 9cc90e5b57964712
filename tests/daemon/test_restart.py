# SPDX-License-Identifier: ISC
"""What was answered with 250 survives every end of the daemon.

GSMTPD_KILLS is how often it is killed (30)."""

import os
import random
import signal
import smtplib
import subprocess
import threading
import time

from house import Daemon, eventually, program
from test_delivery import mail

KILLS = int(os.environ.get("GSMTPD_KILLS", "30"))
SHORT = {"retry": "200ms", "link-retry": "200ms"}


class Load(threading.Thread):
    """Clients that hand in mails without end and note which got their 250."""

    def __init__(self, port, name):
        super().__init__(daemon=True)
        self.port = port
        self.name = name
        self.accepted = []
        self.offered = 0
        self.ended = False

    def run(self):
        while not self.ended:
            try:
                with smtplib.SMTP("127.0.0.1", self.port, timeout=10) as client:
                    while not self.ended:
                        self.offer(client)
            except (OSError, smtplib.SMTPException):
                time.sleep(0.02)

    def offer(self, client):
        self.offered += 1
        to = f"{self.name}.{self.offered}@example.com"
        client.sendmail("root@gw1.example.net", [to], mail(f"Mail {self.offered}", "text\n", to))
        self.accepted.append(to)
        time.sleep(0.15)


def test_kill_at_any_moment_loses_no_accepted_mail(make_daemon, emulator, sink):
    seed = int(os.environ.get("GSMTPD_SEED", random.randrange(1 << 30)))
    print(f"GSMTPD_SEED={seed}")
    dice = random.Random(seed)
    daemon = make_daemon(emulator.device, queue=SHORT).start()
    clients = [Load(daemon.port, name) for name in ("a", "b")]
    for client in clients:
        client.start()
    for _ in range(KILLS):
        time.sleep(dice.choice([0.01, 0.1, 0.5, 1.5]) * dice.random() + 0.01)
        daemon.kill()
        daemon.start(ready=dice.random() < 0.8)
    for client in clients:
        client.ended = True
    for client in clients:
        client.join(20)
    eventually(lambda: daemon.notify.has("READY=1"), what="READY=1")
    daemon.wait_empty(timeout=240)
    arrived = {to for one in sink.mails for to in one.recipients}
    accepted = {to for client in clients for to in client.accepted}
    assert accepted, "no mail got through at all"
    assert not accepted - arrived
    assert daemon.api("/v1/status")["corrupt"] == 0


def test_kill_while_no_modem_is_there_keeps_order_and_content(make_daemon, folder, sink,
                                                              make_emulator):
    daemon = make_daemon(os.path.join(folder, "modem"), queue=SHORT)
    for number in range(5):
        daemon.start()
        daemon.sendmail(f"user{number}@example.com", mail=mail(f"Mail {number}", "text\n"))
        daemon.kill()
    daemon.start()
    assert [entry["recipients"][0]["address"] for entry in daemon.queue()] == [
        f"user{number}@example.com" for number in range(5)
    ]
    make_emulator()
    arrived = sink.wait(5, timeout=60)
    daemon.wait_empty()
    assert [one.subject for one in arrived] == [f"Mail {number}" for number in range(5)]
    assert len(sink.mails) == 5


def wait_put(emulator):
    eventually(
        lambda: [line for line in emulator.lines("host") if line.startswith("AT+QSMTPPUT=")],
        what="PUT",
    )


def test_term_in_the_middle_of_a_send_waits_for_its_outcome(make_daemon, make_emulator, sink):
    emulator = make_emulator(rules=[{"on": "put", "nth": 1, "delay-result": 2000}])
    daemon = make_daemon(emulator.device, queue=SHORT).start()
    daemon.sendmail("ops@example.com", mail=mail("Just once", "text\n"))
    wait_put(emulator)
    assert daemon.stop() == 0
    assert daemon.notify.has("STOPPING=1")
    daemon.start()
    daemon.wait_empty()
    assert len(sink.mails) == 1
    assert "duplicate" not in sink.mails[0].text


def test_term_in_the_middle_of_data_mode_sends_it_after_the_restart(make_daemon, emulator, sink):
    daemon = make_daemon(emulator.device, queue=SHORT).start()
    body = "".join(f"line {number} of a long text\n" for number in range(250))
    daemon.sendmail("ops@example.com", mail=mail("Long", body))
    eventually(
        lambda: [line for line in emulator.lines("host") if line.startswith("AT+QSMTPBODY=")],
        what="data mode",
    )
    assert daemon.stop() == 0
    daemon.start()
    daemon.wait_empty()
    assert len(sink.mails) == 1
    assert "line 249 of a long text" in sink.mails[0].text


def test_term_in_the_middle_of_data_answers_no_250(make_daemon, emulator, sink):
    daemon = make_daemon(emulator.device).start()
    client = smtplib.SMTP("127.0.0.1", daemon.port, timeout=20)
    client.ehlo()
    client.mail("root@gw1.example.net")
    client.rcpt("ops@example.com")
    assert client.docmd("DATA")[0] == 354
    client.send(b"Subject: half\r\n\r\nhalf a te")
    daemon.process.send_signal(signal.SIGTERM)
    try:
        client.send(b"xt\r\n.\r\n")
        code, _ = client.getreply()
    except (OSError, smtplib.SMTPServerDisconnected):
        code = 0
    assert daemon.stop() == 0
    daemon.start()
    if code == 250:
        sink.wait()
    else:
        assert code in (0, 421, 451)
        assert not daemon.queue() and not sink.mails


def test_idle_daemon_stops_at_once(daemon):
    started = time.monotonic()
    assert daemon.stop() == 0
    assert time.monotonic() - started < 5


def test_reload_keeps_mail_and_takes_new_values(make_daemon, emulator, sink):
    daemon = make_daemon(emulator.device, content={"header_preamble": "none"}).start()
    text = open(daemon.configuration).read()
    with open(daemon.configuration, "w") as file:
        file.write(text.replace("hostname = gw1.example.net", "hostname = gw2.example.net"))
    daemon.notify.forget()
    daemon.process.send_signal(signal.SIGHUP)
    eventually(lambda: daemon.notify.has("READY=1"), what="READY=1 after the reload")
    with smtplib.SMTP("127.0.0.1", daemon.port) as client:
        assert b"gw2.example.net" in client.ehlo()[1]
    daemon.sendmail("ops@example.com", mail=mail("After", "text\n"))
    sink.wait()


def test_reload_of_a_wrong_configuration_changes_nothing(daemon, sink):
    with open(daemon.configuration, "a") as file:
        file.write("nonsense = 1\n")
    daemon.process.send_signal(signal.SIGHUP)
    eventually(lambda: "nonsense" in daemon.log(), what="a complaint")
    daemon.sendmail("ops@example.com", mail=mail("Still", "text\n"))
    sink.wait()


def test_second_daemon_on_the_same_spool_is_refused(daemon):
    done = subprocess.run(
        [program("gsmtpd"), "-c", daemon.configuration],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=30,
        check=False,
    )
    assert done.returncode not in (0, -signal.SIGSEGV), done.stdout
    assert isinstance(daemon, Daemon) and daemon.is_running()
