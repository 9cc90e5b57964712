# SPDX-License-Identifier: ISC
"""A mail goes in by the ways that programs use, and is at the far server as it was written."""

import smtplib
import subprocess
from email.message import EmailMessage

import pytest

from house import environment, eventually


def mail(subject, body, to="ops@example.com", **headers):
    message = EmailMessage()
    message["From"] = "Root <root@gw1.example.net>"
    message["To"] = to
    message["Subject"] = subject
    for name, value in headers.items():
        message[name] = value
    message.set_content(body)
    return message.as_bytes()


@pytest.fixture
def plain(make_daemon, emulator):
    """A daemon that adds nothing to a text."""
    return make_daemon(emulator.device, content={"header_preamble": "none"}).start()


def test_mail_arrives_with_its_subject_text_and_recipient(plain, sink):
    plain.sendmail("-t", mail=mail("Disk full", "The disk /dev/sda1 is full.\n"))
    (arrived,) = sink.wait()
    assert arrived.subject == "Disk full"
    assert arrived.text.strip() == "The disk /dev/sda1 is full."
    assert arrived.recipients == ["ops@example.com"]
    assert arrived.header_addresses("To") == ["ops@example.com"]
    assert arrived.sender == "gw1@example.net"
    assert arrived.user == "gw1"
    plain.wait_empty()


def test_short_preamble_names_the_sender_and_the_queue_id(daemon, sink):
    daemon.sendmail("-t", mail=mail("Disk full", "The disk is full.\n"))
    (arrived,) = sink.wait()
    assert "root@gw1.example.net" in arrived.text
    assert "The disk is full." in arrived.text


def test_two_hundred_mails_in_a_row_arrive_exactly(plain, sink):
    expected = {}
    with smtplib.SMTP("127.0.0.1", plain.port) as client:
        for number in range(200):
            subject = f"Mail {number}: {'Grüße' if number % 3 else 'plain'} {'x' * (number % 40)}."
            body = "".join(
                f"line {line} of mail {number}, {'ä€😀'[: line % 4]}\n"
                for line in range(number % 23 + 1)
            )
            to = f"user{number}@example.com"
            client.sendmail("root@gw1.example.net", [to], mail(subject, body, to))
            expected[to] = (subject, body)
    arrived = sink.wait(200, timeout=300)
    plain.wait_empty()
    assert len(sink.mails) == 200
    for one in arrived:
        (to,) = one.recipients
        subject, body = expected.pop(to)
        assert one.header_addresses("To") == [to]
        assert one.subject == subject
        assert one.text.rstrip("\n") == body.rstrip("\n")
    assert not expected


@pytest.mark.parametrize(
    "subject",
    [
        "plain ASCII",
        "Füllstand über Grenzwert: 93 %",
        "Заполнение диска",
        "磁盘已满",
        "Température élevée à Orléans — 41 °C",
        "Emoji 🚨 alarm",
        'with "quotes" and \\backslash',
    ],
)
def test_subject_arrives_as_it_was_written(plain, sink, subject):
    plain.sendmail("-t", mail=mail(subject, "text\n"))
    (arrived,) = sink.wait()
    assert arrived.subject == subject


def test_recipients_are_typed_by_the_header(plain, sink):
    message = mail(
        "To several",
        "text\n",
        to="a@example.com, B <b@example.com>",
        Cc="c@example.com",
    )
    recipients = ["a@example.com", "b@example.com", "c@example.com", "hidden@example.com"]
    plain.sendmail("-i", "-f", "root@gw1.example.net", *recipients, mail=message)
    open_mail, hidden = sorted(sink.wait(2), key=lambda one: -len(one.recipients))
    assert sorted(open_mail.recipients) == recipients[:3]
    assert open_mail.header_addresses("To") == recipients[:2]
    assert open_mail.header_addresses("Cc") == [recipients[2]]
    assert hidden.recipients == [recipients[3]]
    assert b"hidden@example.com" not in open_mail.raw
    plain.wait_empty()


def test_listed_addresses_outside_the_envelope_get_nothing(plain, sink):
    message = mail("Subset", "text\n", to="in@example.com, out@example.com", Cc="cc@example.com")
    plain.sendmail("-i", "in@example.com", mail=message)
    (arrived,) = sink.wait()
    plain.wait_empty()
    assert arrived.recipients == ["in@example.com"]
    assert len(sink.mails) == 1


def test_bcc_header_is_obeyed_and_not_shown(plain, sink):
    message = mail("Blind", "text\n", to="a@example.com", Bcc="b@example.com")
    plain.sendmail("-t", mail=message)
    mails = sink.wait(2)
    plain.wait_empty()
    assert sorted(sum((one.recipients for one in mails), [])) == ["a@example.com", "b@example.com"]
    shown = [one for one in mails if "a@example.com" in one.recipients]
    assert b"b@example.com" not in shown[0].raw


def test_alias_is_resolved(make_daemon, emulator, sink):
    daemon = make_daemon(emulator.device)
    with open(daemon.folder + "/aliases", "w") as file:
        file.write("root: ops@example.com, second@example.com\n")
    daemon.start()
    daemon.sendmail("root", mail="Subject: for root\n\ntext\n")
    mails = sink.wait()
    daemon.wait_empty()
    assert sorted(sum((one.recipients for one in mails), [])) == [
        "ops@example.com",
        "second@example.com",
    ]


def test_lines_that_look_like_commands_do_not_harm(plain, sink, emulator):
    body = "AT+CFUN=0\nat+qpowd=1\nA/\n.\n..\n+++\n++++++\nATH\nlast line\n"
    plain.sendmail("-i", "ops@example.com", mail=mail("Nasty", body))
    (arrived,) = sink.wait()
    plain.wait_empty()
    assert "last line" in arrived.text
    assert "AT+CFUN=0" in arrived.text
    assert not [line for line in emulator.lines("host") if line.strip().upper() == "AT+CFUN=0"]


def test_leading_dots_arrive_once(plain, sink):
    body = "..two dots\n...three dots\nplain\n"
    with smtplib.SMTP("127.0.0.1", plain.port) as client:
        client.sendmail("root@gw1.example.net", ["ops@example.com"], mail("Dots", body))
    (arrived,) = sink.wait()
    assert [line.strip() for line in arrived.text.strip().split("\n")] == [
        "..two dots",
        "...three dots",
        "plain",
    ]


def run(arguments, text=b"", **env):
    done = subprocess.run(
        arguments,
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(**env),
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode(errors="replace")


def by_swaks(daemon):
    run(
        ["swaks", "--server", "127.0.0.1", "--port", str(daemon.port)]
        + ["--from", "root@gw1.example.net", "--to", "ops@example.com"]
        + ["--h-Subject", "Door open", "--body", "The door is open."]
    )


def by_swaks_on_unix_socket(daemon):
    run(
        ["swaks", "--socket", daemon.socket_path]
        + ["--from", "root@gw1.example.net", "--to", "ops@example.com"]
        + ["--h-Subject", "Door open", "--body", "The door is open."]
    )


def by_msmtp(daemon):
    run(
        ["msmtp", "--host=127.0.0.1", f"--port={daemon.port}", "--from=root@gw1.example.net"]
        + ["--tls=off", "--auth=off", "--file=/dev/null", "ops@example.com"],
        mail("Door open", "The door is open.\n"),
    )


def by_s_nail(daemon):
    run(
        ["s-nail", "-:/", "-S", "v15-compat", "-S", f"mta=smtp://127.0.0.1:{daemon.port}"]
        + ["-S", "smtp-auth=none", "-r", "root@gw1.example.net", "-s", "Door open"]
        + ["ops@example.com"],
        b"The door is open.\n",
    )


def by_curl(daemon):
    with open(daemon.folder + "/mail", "wb") as file:
        file.write(mail("Door open", "The door is open.\n").replace(b"\n", b"\r\n"))
    run(
        ["curl", "-sS", f"smtp://127.0.0.1:{daemon.port}/host", "-T", daemon.folder + "/mail"]
        + ["--mail-from", "root@gw1.example.net", "--mail-rcpt", "ops@example.com"]
    )


@pytest.mark.parametrize(
    "client", [by_swaks, by_swaks_on_unix_socket, by_msmtp, by_s_nail, by_curl]
)
def test_client_hands_in_a_mail(plain, sink, client):
    client(plain)
    (arrived,) = sink.wait()
    plain.wait_empty()
    assert arrived.subject == "Door open"
    assert arrived.text.strip() == "The door is open."
    assert arrived.recipients == ["ops@example.com"]


def test_scripted_refusal_of_the_far_server_reaches_the_queue(daemon, sink):
    daemon.sendmail("rcpt-550.x@example.com", mail=mail("Refused", "text\n"))
    entry = daemon.wait_state("rcpt-550.x@example.com", "failed")
    (recipient,) = entry["recipients"]
    assert (recipient["state"], recipient["code"]) == ("failed", -550)
    assert recipient["status"].startswith("5.")
    assert not sink.mails


def test_one_bad_recipient_of_three_fails_alone(daemon, sink):
    bad = "rcpt-550.bad@example.com"
    good = ["a@example.com", "b@example.com"]
    daemon.sendmail(*good, bad, mail=mail("Three", "text\n", to=", ".join([*good, bad])))
    entry = daemon.wait_state(bad, "failed")
    states = {one["address"]: one["state"] for one in entry["recipients"]}
    assert states == {good[0]: "delivered", good[1]: "delivered", bad: "failed"}
    assert sorted(sum((one.recipients for one in sink.mails), [])) == good


def test_status_line_tells_of_the_queue_and_the_modem(daemon, sink):
    daemon.sendmail("ops@example.com", mail=mail("One", "text\n"))
    sink.wait()
    daemon.wait_empty()
    eventually(
        lambda: any("gsm0" in line and "last sent" in line for line in daemon.notify.statuses()),
        what="a STATUS= that tells of the modem",
    )
