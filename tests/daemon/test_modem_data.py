# SPDX-License-Identifier: ISC
"""Data mode and the file store: the guard is found out and remembered, attachments arrive by
both ways, and what a dead run left in the store is swept away."""

import os
import random
from email.message import EmailMessage

import pytest

from host import Host
from house import eventually
from test_delivery import mail
from test_modem_port import SHORT, wait_modem

PLAIN = {"header_preamble": "none"}


def data_records(emulator, command):
    return [one for one in emulator.records()
            if one["event"] == "data" and one["text"].startswith(command)]


def with_attachments(*sizes, seed=1):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "r@gw1.example.net", "a@x.org", "With"
    message.set_content("see the attachments\n")
    dice = random.Random(seed)
    contents = {}
    for number, size in enumerate(sizes):
        contents[f"file{number}.bin"] = dice.randbytes(size)
        message.add_attachment(contents[f"file{number}.bin"], maintype="application",
                               subtype="octet-stream", filename=f"file{number}.bin")
    return contents, message.as_bytes()


def bare(attachments):
    """By the names that the sender gave: the module shows a stored file's own name."""
    return {name.removeprefix("gsmtpd-"): octets for name, octets in attachments.items()}


def files(emulator):
    """The names in the module's store, as a host sees them when gsmtpd is gone."""
    host = Host(emulator.device)
    host.send(b"\r")
    host.command("ATE0")
    host.heard = b""
    said = host.command('AT+QFLST="*"').decode()
    host.close()
    return sorted(line.split('"')[1].removeprefix("UFS:")
                  for line in said.split("\r\n") if line.startswith("+QFLST:"))


def silences_ms(emulator):
    """Before the +++ of each body of a mail."""
    return [(one["last_us"] - one["content_us"]) / 1000
            for one in data_records(emulator, "AT+QSMTPBODY=") if one["bytes"] > 10]


@pytest.mark.parametrize("guard, needs", [("0", False), ("1000", True)])
def test_guard_is_found_out_without_air_time_and_remembered(make_daemon, make_emulator, sink,
                                                            guard, needs):
    emulator = make_emulator(options=["--delay", "5", "--baud", "115200", "--guard", guard])
    daemon = make_daemon(emulator.device, queue=SHORT, modem={"plus-guard": "auto"}).start()
    wait_modem(daemon, "ready")
    probes = len(data_records(emulator, "AT+QSMTPBODY="))
    assert probes >= 1
    assert not [line for line in emulator.lines("host") if line.startswith("AT+QSMTPPUT")]
    daemon.stop()
    daemon.start()
    wait_modem(daemon, "ready")
    assert len(data_records(emulator, "AT+QSMTPBODY=")) == probes
    daemon.sendmail("ops@example.com", mail=mail("Guarded", "text of the mail\n"))
    (arrived,) = sink.wait()
    assert "++" not in arrived.text
    (silence_ms,) = silences_ms(emulator)
    assert silence_ms > 1000 if needs else silence_ms < 100


def test_guard_of_the_configuration_is_kept_without_a_probe(make_daemon, make_emulator, sink):
    emulator = make_emulator(options=["--delay", "5", "--baud", "115200", "--guard", "500"])
    daemon = make_daemon(emulator.device, modem={"plus-guard": "600ms"}).start()
    wait_modem(daemon, "ready")
    assert not data_records(emulator, "AT+QSMTPBODY=")
    daemon.sendmail("ops@example.com", mail=mail("Guarded", "text\n"))
    sink.wait()
    (silence_ms,) = silences_ms(emulator)
    assert 600 <= silence_ms < 900


def test_other_firmware_is_looked_at_anew(make_daemon, make_emulator, sink):
    emulator = make_emulator(options=["--delay", "5", "--guard", "1000"])
    daemon = make_daemon(emulator.device, modem={"plus-guard": "auto"}).start()
    wait_modem(daemon, "ready")
    daemon.stop()
    emulator.stop()
    os.unlink(emulator.log_path)
    other = make_emulator(options=["--delay", "5"],
                          rules=[{"on": "AT+CGMR", "info": "Revision: M95FAR09A99"}])
    daemon.start()
    wait_modem(daemon, "ready")
    assert data_records(other, "AT+QSMTPBODY=")


def test_attachments_go_by_the_store_with_right_bytes(make_daemon, emulator, sink):
    daemon = make_daemon(emulator.device, content=PLAIN).start()
    contents, octets = with_attachments(1, 700, 12345)
    daemon.sendmail("ops@example.com", mail=octets)
    (arrived,) = sink.wait()
    daemon.wait_empty()
    assert bare(arrived.attachments()) == contents
    assert len(data_records(emulator, "AT+QFUPL=")) == 3
    assert not data_records(emulator, "AT+QSMTPATT=")
    daemon.stop()
    assert files(emulator) == []


def test_attachment_larger_than_the_line_takes_goes_whole_by_the_store(make_daemon, make_emulator,
                                                                       sink):
    emulator = make_emulator(options=["--delay", "5", "--store", "1000000"])
    daemon = make_daemon(emulator.device, content=PLAIN,
                         smtp={"max-message-size": "4M"}).start()
    contents, octets = with_attachments(260_000)
    daemon.sendmail("ops@example.com", mail=octets)
    (arrived,) = sink.wait(timeout=60)
    daemon.wait_empty()
    assert bare(arrived.attachments()) == contents
    assert len(sink.mails) == 1


def test_attachments_go_by_the_line_when_so_configured(make_daemon, emulator, sink):
    daemon = make_daemon(emulator.device, content=PLAIN, modem={"attachments": "line"}).start()
    contents, octets = with_attachments(5000)
    contents = {name: data.replace(b"+", b"-") for name, data in contents.items()}
    daemon.sendmail("ops@example.com", mail=octets)
    (arrived,) = sink.wait()
    assert not [line for line in emulator.lines("host") if line.startswith("AT+QFUPL=")]
    assert len(arrived.attachments()) == 1


@pytest.mark.parametrize("harm", [{"cme": 403}, {"cme": "file already exist"}, {"error": True},
                                  {"checksum": "wrong"}])
def test_store_that_fails_is_no_loss(make_daemon, make_emulator, sink, harm):
    emulator = make_emulator(rules=[{"on": "AT+QFUPL=\"", "times": 2, **harm}])
    daemon = make_daemon(emulator.device, queue=SHORT, content=PLAIN).start()
    contents, octets = with_attachments(3000)
    daemon.sendmail("ops@example.com", mail=octets)
    (arrived,) = sink.wait(timeout=60)
    daemon.wait_empty()
    assert bare(arrived.attachments()) == contents
    assert len(sink.mails) == 1


def fill(emulator, *names, size=4096):
    host = Host(emulator.device)
    host.command("ATE0")
    host.heard = b""
    for name in names:
        host.command(f'AT+QFUPL="{name}",{size}', rb"CONNECT\r\n")
        host.send(b"x" * size)
        host.wait(rb"\+QFUPL: \d+,[0-9a-f]+\r\n\r\nOK\r\n")
    host.close()


def test_full_store_falls_back_to_the_line(make_daemon, emulator, sink):
    fill(emulator, *(f"other{number}" for number in range(17)), size=16384)
    daemon = make_daemon(emulator.device, queue=SHORT, content=PLAIN).start()
    contents, octets = with_attachments(30_000)
    daemon.sendmail("ops@example.com", mail=octets)
    (arrived,) = sink.wait(timeout=60)
    assert list(arrived.attachments().values()) == list(contents.values())
    daemon.wait_empty()
    daemon.stop()
    assert len(files(emulator)) == 17


def test_leftovers_of_ours_are_swept_at_the_start_and_no_others(make_daemon, emulator):
    fill(emulator, "gsmtpd-old.bin", "gsmtpd-older.txt", "mine.txt")
    daemon = make_daemon(emulator.device).start()
    wait_modem(daemon, "ready")
    daemon.stop()
    assert files(emulator) == ["mine.txt"]


def test_killed_in_an_upload_leaves_nothing_for_good(make_daemon, make_emulator, sink):
    emulator = make_emulator(options=["--delay", "5", "--baud", "57600"])
    daemon = make_daemon(emulator.device, queue=SHORT, content=PLAIN,
                         modem={"command-timeout": "1s"}).start()
    contents, octets = with_attachments(100, 20_000)
    daemon.sendmail("ops@example.com", mail=octets)
    eventually(lambda: emulator.lines("module").count("CONNECT") >= 2, what="the second upload")
    daemon.kill()
    daemon.start()
    (arrived,) = sink.wait(timeout=60)
    daemon.wait_empty()
    assert bare(arrived.attachments()) == contents
    daemon.stop()
    assert files(emulator) == []
