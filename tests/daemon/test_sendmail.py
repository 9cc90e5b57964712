# SPDX-License-Identifier: ISC
"""gsmtp-sendmail against real SMTP servers: aiosmtpd on TCP and on a UNIX socket (no
PIPELINING), and a scripted one that pipelines and can misbehave. What counts is the exit
status, the envelope, and every octet of the message."""

import os
import pwd
import socket
import subprocess
import threading

import pytest
from aiosmtpd.controller import Controller, UnixSocketController

from house import environment, eventually, program
from sink import free_port

PATIENCE_S = 30
SENDMAIL = "gsmtp-sendmail"


class Taken:
    def __init__(self, sender, recipients, raw, options=()):
        self.sender, self.recipients, self.raw, self.options = sender, recipients, raw, options


class Keeper:
    """A handler of aiosmtpd that keeps mails as they come."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(Taken(envelope.mail_from, envelope.rcpt_tos,
                                bytes(envelope.original_content), envelope.mail_options))
        return "250 2.0.0 taken"


@pytest.fixture(params=["tcp", "unix"])
def server(request, folder):
    keeper = Keeper()
    if request.param == "tcp":
        port = free_port()
        keeper.submit = f"127.0.0.1:{port}"
        controller = Controller(keeper, hostname="127.0.0.1", port=port, server_hostname="far")
    else:
        path = os.path.join(folder, "far.sock")
        keeper.submit = f"unix:{path}"
        controller = UnixSocketController(keeper, unix_socket=path, server_hostname="far")
    controller.start()
    yield keeper
    controller.stop()


def run(submit, *arguments, mail=b"", name=None, **more):
    return subprocess.run(
        [name or program(SENDMAIL), *arguments],
        executable=program(SENDMAIL),
        input=mail,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(GSMTPD_SUBMIT=submit, **more),
        timeout=PATIENCE_S,
        check=False,
    )


def hand_in(server, *arguments, mail=b"", told=b""):
    """Runs it, expects success, and returns the one mail that the server took."""
    server.mails.clear()
    done = run(server.submit, *arguments, mail=mail)
    assert done.returncode == 0, done.stderr
    assert done.stderr == told
    assert done.stdout == b""
    (taken,) = server.mails
    return taken


def one_line(error):
    text = error.decode()
    assert text.startswith("gsmtp-sendmail: ") and text.count("\n") == 1 and text[-1] == "\n", text
    return text


WHOLE = b"From: x@example.org\nTo: root\nSubject: s\n\nhello\n"
WHOLE_SENT = WHOLE.replace(b"\n", b"\r\n")

# The calls of real programs: arguments, sender (None: the caller), recipients.
CALLS = [
    ("cron", ["-FCronDaemon", "-i", "-B8BITMIME", "-oem", "root"], None, ["root"]),
    ("cronie", ["-FCronDaemon", "-i", "-odi", "-oem", "-oi", "-t", "-f", "bob@example.org"],
     "bob@example.org", ["root"]),
    ("vixie", ["-FCronDaemon", "-odi", "-oem", "-oi", "-t"], None, ["root"]),
    ("anacron", ["-FAnacron", "-odi", "bob"], None, ["bob"]),
    ("at", ["-i", "bob"], None, ["bob"]),
    ("mdadm", ["-t"], None, ["root"]),
    ("unattended-upgrades", ["-oi", "-t"], None, ["root"]),
    ("fail2ban", ["-f", "fail2ban@example.org", "ops@example.com"], "fail2ban@example.org",
     ["ops@example.com"]),
    ("git", ["-i", "-f", "a@example.org", "b@example.com", "c@example.com"], "a@example.org",
     ["b@example.com", "c@example.com"]),
    ("mailutils", ["-oi", "-f", "user@host.example", "-t"], "user@host.example", ["root"]),
    ("s-nail", ["-i", "--", "root", "ops@example.com"], None, ["root", "ops@example.com"]),
    ("PHP", ["-t", "-i"], None, ["root"]),
    ("joined flags", ["-ti"], None, ["root"]),
    ("commas", ["a@example.com,b@example.com", "c@example.com"], None,
     ["a@example.com", "b@example.com", "c@example.com"]),
    ("a name and brackets", ["Ann B. <a@example.com>"], None, ["a@example.com"]),
    ("-t and arguments are the union", ["-t", "a@example.com"], None, ["a@example.com", "root"]),
    ("twice the same", ["a@example.com", "a@EXAMPLE.com"], None, ["a@example.com"]),
    ("DSN options", ["-N", "never", "-R", "hdrs", "-V", "id", "a@example.com"], None,
     ["a@example.com"]),
    ("-f glued and with brackets", ["-fAnn <a@example.org>", "b@example.com"], "a@example.org",
     ["b@example.com"]),
    ("the null sender", ["-f", "", "b@example.com"], "<>", ["b@example.com"]),
    ("the null sender in brackets", ["-f<>", "b@example.com"], "<>", ["b@example.com"]),
    ("-r", ["-r", "a@example.org", "b@example.com"], "a@example.org", ["b@example.com"]),
    ("log, tag and hop count", ["-X", "/nonexistent/log", "-L", "tag", "-h", "3", "-v",
                                "b@example.com"], None, ["b@example.com"]),
    ("-bm", ["-bm", "b@example.com"], None, ["b@example.com"]),
]


@pytest.mark.parametrize("arguments, sender, recipients", [row[1:] for row in CALLS],
                         ids=[row[0] for row in CALLS])
def test_calls_of_real_programs(server, arguments, sender, recipients):
    taken = hand_in(server, *arguments, mail=WHOLE)
    if sender is None:
        user, _, domain = taken.sender.partition("@")
        assert user == pwd.getpwuid(os.getuid()).pw_name and domain
    else:
        assert taken.sender == sender
    assert taken.recipients == recipients
    assert taken.raw == WHOLE_SENT
    assert "SIZE=%d" % len(WHOLE_SENT) in taken.options


# Standard input and the octets that the server has to get.
MESSAGES = [
    ("LF", [], b"From: a@b\n\nx\ny\n", b"From: a@b\r\n\r\nx\r\ny\r\n"),
    ("CRLF", [], b"From: a@b\r\n\r\nx\r\ny\r\n", b"From: a@b\r\n\r\nx\r\ny\r\n"),
    ("no line end at the end", [], b"From: a@b\n\nx", b"From: a@b\r\n\r\nx\r\n"),
    ("a lone dot ends it", [], b"From: a@b\n\nx\n.\ny\n", b"From: a@b\r\n\r\nx\r\n"),
    ("not with -i", ["-i"], b"From: a@b\n\nx\n.\ny\n", b"From: a@b\r\n\r\nx\r\n.\r\ny\r\n"),
    ("not with -oi", ["-oi"], b"From: a@b\n\n.\n..\n.a\n", b"From: a@b\r\n\r\n.\r\n..\r\n.a\r\n"),
    ("NULs are removed", [], b"From: a@b\n\n\0x\0y\0\n", b"From: a@b\r\n\r\nxy\r\n"),
    ("8 bit", [], "From: a@b\n\nä\n".encode("latin-1"), b"From: a@b\r\n\r\n\xe4\r\n"),
    ("the line of a mailbox", [], b"From root Mon Jan 1\nFrom: a@b\n\nx\n",
     b"From: a@b\r\n\r\nx\r\n"),
    ("Bcc stays without -t", [], b"From: a@b\nBcc: c@d\n\n", b"From: a@b\r\nBcc: c@d\r\n\r\n"),
    ("a long line", [], b"From: a@b\n\n" + b"x" * 20000 + b"\n",
     b"From: a@b\r\n\r\n" + b"x" * 20000 + b"\r\n"),
    ("an added From", ["-fme@example.org"], b"Subject: s\n\nx\n",
     b"Subject: s\r\nFrom: me@example.org\r\n\r\nx\r\n"),
    ("with its name", ["-f", "me@example.org", "-FCron Daemon"], b"Subject: s\n\nx\n",
     b'Subject: s\r\nFrom: "Cron Daemon" <me@example.org>\r\n\r\nx\r\n'),
    ("with a Unicode name", ["-f", "me@example.org", "-F", "Jörg"], b"Subject: s\n\nx\n",
     b"Subject: s\r\nFrom: =?utf-8?B?SsO2cmc=?= <me@example.org>\r\n\r\nx\r\n"),
    ("no second From", ["-F", "X"], b"from: a@b\n\nx\n", b"from: a@b\r\n\r\nx\r\n"),
    ("text without a header", ["-fme@example.org"], b"disk full\n",
     b"From: me@example.org\r\n\r\ndisk full\r\n"),
    ("nothing", ["-fme@example.org"], b"", b"From: me@example.org\r\n\r\n"),
]


def as_lines_allow(raw):
    """aiosmtpd refuses lines over 1000 octets, as a server may."""
    return max(map(len, raw.split(b"\r\n"))) < 900


@pytest.mark.parametrize("arguments, given, sent", [row[1:] for row in MESSAGES],
                         ids=[row[0] for row in MESSAGES])
def test_message_octets_are_exact(folder, arguments, given, sent):
    with Scripted(folder) as far:
        done = run(far.submit, *arguments, "root", mail=given)
        assert (done.returncode, done.stderr) == (0, b"")
        (taken,) = far.mails
    assert taken.raw == sent


@pytest.mark.parametrize("arguments, given, sent",
                         [row[1:] for row in MESSAGES if as_lines_allow(row[3])],
                         ids=[row[0] for row in MESSAGES if as_lines_allow(row[3])])
def test_message_octets_are_exact_without_pipelining(server, arguments, given, sent):
    assert hand_in(server, *arguments, "root", mail=given).raw == sent


def test_t_takes_recipients_and_hides_bcc(server):
    mail = (b"From: a@example.org\nTo: Ann (x) <ann@example.com>, \"B, o\" <bo@example.com>\n"
            b"CC: team: c@example.com,\n d@example.com;\nBcc: secret@example.com\n"
            b"Subject: s\n\nBcc: not@this.one\n")
    taken = hand_in(server, "-t", mail=mail)
    assert taken.recipients == ["ann@example.com", "bo@example.com", "c@example.com",
                                "d@example.com", "secret@example.com"]
    assert b"secret@" not in taken.raw
    assert b"Bcc: not@this.one" in taken.raw


def test_t_of_a_resent_message_takes_only_resent_fields(server):
    mail = (b"From: a@example.org\nTo: old@example.com\nBcc: older@example.com\n"
            b"Resent-To: new@example.com\nResent-Bcc: newer@example.com\n\nx\n")
    taken = hand_in(server, "-t", mail=mail)
    assert taken.recipients == ["new@example.com", "newer@example.com"]
    assert b"older@" not in taken.raw and b"newer@" not in taken.raw


def test_t_passes_over_what_is_no_address(server):
    taken = hand_in(
        server, "-t", mail=b"From: a@b.org\nTo: broken address, good@example.com\n\n",
        told=b"gsmtp-sendmail: a recipient in the header is no address and was passed over\n")
    assert taken.recipients == ["good@example.com"]


def test_unknown_option_is_told_and_passed_over(server):
    taken = hand_in(server, "-Z", "root", mail=WHOLE,
                    told=b"gsmtp-sendmail: unknown option -Z ignored\n")
    assert taken.recipients == ["root"]


def test_8_bit_is_declared_only_when_it_is_there(server):
    assert "BODY=8BITMIME" in hand_in(server, "root", mail="From: a@b\n\nä\n".encode()).options
    assert "BODY=8BITMIME" not in hand_in(server, "root", mail=WHOLE).options


def test_250_recipients_go_in_several_transactions(server):
    server.mails.clear()
    wanted = [f"r{number}@example.com" for number in range(250)]
    done = run(server.submit, *wanted, mail=WHOLE)
    assert done.returncode == 0, done.stderr
    assert [one for mail in server.mails for one in mail.recipients] == wanted
    assert {mail.raw for mail in server.mails} == {WHOLE_SENT}
    assert max(len(mail.recipients) for mail in server.mails) <= 100


class Scripted:
    """An SMTP server on a UNIX socket. `replies` maps the start of a line to what is
    answered instead of the usual; `offers` is what EHLO says."""

    OFFERS = ("PIPELINING", "SIZE 1000000", "8BITMIME")

    def __init__(self, folder, offers=OFFERS, greeting="220 far", **replies):
        self.submit = "unix:" + os.path.join(folder, "scripted.sock")
        self.offers, self.greeting, self.replies = offers, greeting, replies
        self.mails, self.lines = [], []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.submit[5:])
        self.listener.listen(5)
        self.sessions_ended = 0

    def __enter__(self):
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            try:
                with connection, connection.makefile("rwb") as stream:
                    self._talk(stream)
            except (BrokenPipeError, ConnectionResetError):
                pass
            self.sessions_ended += 1

    def _say(self, stream, text):
        stream.write(text.encode() + b"\r\n")
        stream.flush()

    def _answer(self, line):
        for start, reply in self.replies.items():
            if line.upper().startswith(start.replace("_", " ")):
                return reply(line) if callable(reply) else reply
        if line.startswith("EHLO"):
            words = ["far", *self.offers]
            return "\r\n".join(f"250{'-' if n + 1 < len(words) else ' '}{word}"
                               for n, word in enumerate(words))
        return {"DATA": "354 go", "QUIT": "221 bye"}.get(line[:4], "250 2.0.0 ok")

    def _talk(self, stream):
        self._say(stream, self.greeting)
        sender, recipients = None, []
        for line in stream:
            line = line.decode().removesuffix("\r\n")
            self.lines.append(line)
            reply = self._answer(line)
            if reply is None:
                return
            self._say(stream, reply)
            if line.startswith("MAIL"):
                sender, recipients = line.split("<")[1].split(">")[0], []
            if line.startswith("RCPT") and reply.startswith("25"):
                recipients.append(line.split("<")[1].split(">")[0])
            if line == "DATA" and reply.startswith("354"):
                self._take(stream, sender, recipients)

    def _take(self, stream, sender, recipients):
        lines = []
        for line in stream:
            if line == b".\r\n":
                reply = self.replies.get("END", "250 2.0.0 taken")
                if reply.startswith("250"):
                    self.mails.append(Taken(sender, recipients, b"".join(lines)))
                self._say(stream, reply)
                return
            lines.append(line[1:] if line.startswith(b".") else line)
        self.lines.append("(broken off)")


# What the server says, the exit status, and a word of the line on standard error.
REFUSALS = [
    ({"greeting": "554 no"}, 69, "554 no"),
    ({"greeting": "421 4.3.2 stopping"}, 75, "stopping"),
    ({"EHLO": "421 4.3.2 stopping"}, 75, "stopping"),
    ({"MAIL": "451 4.3.0 later"}, 75, "later"),
    ({"MAIL": "552 5.3.4 too big"}, 65, "too big"),
    ({"MAIL": "501 5.1.7 bad sender"}, 65, "bad sender"),
    ({"MAIL": "530 5.7.0 authenticate"}, 77, "authenticate"),
    ({"RCPT": "550 5.1.1 no such name"}, 67, "no such name"),
    ({"RCPT": "550 5.7.1 not allowed"}, 77, "not allowed"),
    ({"RCPT": "501 5.1.3 bad address"}, 65, "bad address"),
    ({"RCPT": "450 4.2.1 later"}, 75, "later"),
    ({"DATA": "452 4.3.1 no room"}, 75, "no room"),
    ({"DATA": "554 5.5.1 no"}, 69, "554 5.5.1"),
    ({"END": "451 4.3.0 disk"}, 75, "disk"),
    ({"END": "552 5.3.4 too big"}, 65, "too big"),
    ({"END": "554 5.6.0 bad content"}, 65, "bad content"),
    ({"greeting": "SSH-2.0-OpenSSH"}, 75, "SMTP"),
    ({"EHLO": None}, 75, "hung up"),
    ({"DATA": None}, 75, "hung up"),
    ({"RCPT": "550 5.1.1 \x1b[31mred\x07"}, 67, "?[31mred?"),
]


@pytest.mark.parametrize("offers", [Scripted.OFFERS, ("SIZE",)], ids=["pipelining", "one by one"])
@pytest.mark.parametrize("script, status, word", REFUSALS,
                         ids=[f"{list(row[0])[0]}-{list(row[0].values())[0]!r}"
                              for row in REFUSALS])
def test_refusals_have_their_exit_status(folder, script, status, word, offers):
    with Scripted(folder, offers=offers, **script) as far:
        done = run(far.submit, "root", mail=WHOLE)
        assert done.returncode == status, done.stderr
        assert word in one_line(done.stderr)
        assert far.mails == []


@pytest.mark.parametrize("offers", [Scripted.OFFERS, ()], ids=["pipelining", "one by one"])
def test_one_refused_recipient_means_that_nothing_is_queued(folder, offers):
    with Scripted(folder, offers=offers, RCPT_TO="250 ok",
                  **{"RCPT TO:<BAD": "550 5.1.1 no such name"}) as far:
        far.replies = dict(reversed(far.replies.items()))
        done = run(far.submit, "a@example.com", "bad@example.com", "c@example.com", mail=WHOLE)
        assert done.returncode == 67
        assert "bad@example.com refused: 550 5.1.1" in one_line(done.stderr)
        eventually(lambda: far.sessions_ended, what="the end of the session")
        assert far.mails == []


def test_452_at_a_recipient_opens_another_transaction(folder):
    count = {"n": 0}

    def limit(line):
        count["n"] += 1
        return "250 ok" if count["n"] <= 10 else "452 4.5.3 too many"

    def fresh(line):
        count["n"] = 0
        return "250 ok"

    wanted = [f"r{number}@example.com" for number in range(25)]
    with Scripted(folder, MAIL=fresh, RCPT=limit) as far:
        done = run(far.submit, *wanted, mail=WHOLE)
        assert done.returncode == 0, done.stderr
        assert [mail.recipients for mail in far.mails] == [wanted[:10], wanted[10:20], wanted[20:]]


def bad_last(line):
    return "550 5.1.1 no such name" if "r249@" in line else "250 ok"


@pytest.mark.parametrize("offers", [Scripted.OFFERS, ()], ids=["pipelining", "one by one"])
def test_all_recipients_are_asked_about_before_the_first_transaction(folder, offers):
    with Scripted(folder, offers=offers, RCPT=bad_last) as far:
        done = run(far.submit, *[f"r{number}@example.com" for number in range(250)], mail=WHOLE)
        assert done.returncode == 67
        assert "r249@example.com refused: 550 5.1.1" in one_line(done.stderr)
        eventually(lambda: far.sessions_ended, what="the end of the session")
        assert far.mails == [] and "DATA" not in far.lines


def test_a_later_transaction_that_fails_says_who_has_the_mail(folder):
    count = {"n": 0}

    def third(line):
        count["n"] += 1
        return "354 go" if count["n"] < 3 else "452 4.3.1 no room"

    wanted = [f"r{number}@example.com" for number in range(250)]
    with Scripted(folder, DATA=third) as far:
        done = run(far.submit, *wanted, mail=WHOLE)
        assert done.returncode == 75
        first, second = done.stderr.decode().splitlines()
        assert "message refused: 452 4.3.1 no room" in first
        assert second == ("gsmtp-sendmail: queued for 200 of 250 recipients; send it again to the "
                          "others only: " + " ".join(wanted[200:]))
        assert [mail.recipients for mail in far.mails] == [wanted[:100], wanted[100:200]]


def test_a_server_that_dies_behind_the_mail_leaves_it_open(folder):
    class Dying(Scripted):
        def _take(self, stream, sender, recipients):
            for line in stream:
                if line == b".\r\n":
                    raise ConnectionResetError

    with Dying(folder) as far:
        done = run(far.submit, "root", mail=WHOLE)
        assert done.returncode == 75
        assert "not known whether the message was queued" in one_line(done.stderr)


REPORTS = [
    (["-N", "never"], "", " NOTIFY=NEVER"),
    (["-Nsuccess,failure"], "", " NOTIFY=SUCCESS,FAILURE"),
    (["-R", "hdrs", "-V", "id+1 =x"], " RET=HDRS ENVID=id+2B1+20+3Dx", ""),
]


@pytest.mark.parametrize("arguments, at_mail, at_rcpt", REPORTS,
                         ids=[" ".join(row[0]) for row in REPORTS])
@pytest.mark.parametrize("offered", [True, False], ids=["offered", "not offered"])
def test_report_options_are_passed_on(folder, arguments, at_mail, at_rcpt, offered):
    with Scripted(folder, offers=("DSN",) if offered else ()) as far:
        done = run(far.submit, "-fa@example.org", *arguments, "b@example.com", mail=WHOLE)
        assert (done.returncode, done.stderr) == (0, b"")
        assert far.lines[1] == "MAIL FROM:<a@example.org>" + (at_mail if offered else "")
        assert far.lines[2] == "RCPT TO:<b@example.com>" + (at_rcpt if offered else "")


@pytest.mark.parametrize("arguments, word", [
    (["-N", "sometimes"], "-N ignored; give never"),
    (["-N", ",".join(["delay"] * 1000)], "-N ignored"),
    (["-Rexample.com"], "-R ignored; give full or hdrs"),
    (["-V", "a\nb"], "-V ignored"),
    (["-V", "x" * 101], "-V ignored"),
])
def test_strange_report_options_stop_no_mail(folder, arguments, word):
    with Scripted(folder, offers=("DSN",)) as far:
        done = run(far.submit, *arguments, "b@example.com", mail=WHOLE)
        assert done.returncode == 0
        assert word in one_line(done.stderr)
        assert len(far.mails) == 1


# What callers leave behind for a program: a prefix of the command.
SURROUNDINGS = [
    ("a umask of 777", "umask 777; exec \"$@\""),
    ("no standard output and error", "exec \"$@\" >&- 2>&-"),
    ("a reader of standard error that has gone", "exec \"$@\" 2>/dev/full"),
    ("few descriptors", "ulimit -n 8; exec \"$@\""),
    ("no room for files", "ulimit -f 0; exec \"$@\""),
    ("a small stack", "ulimit -s 256; exec \"$@\""),
    ("a strange environment", "export TZ=/dev/zero LANG=xx_YY.ZZ LC_ALL=:: LOCPATH=/dev IFS=x "
     "POSIXLY_CORRECT=1 HOSTALIASES=/etc/passwd MALLOC_CHECK_=3 SHELL=/bin/false; exec \"$@\""),
    ("no environment but one name", "exec env -i GSMTPD_SUBMIT=\"$GSMTPD_SUBMIT\" \"$@\""),
    ("a folder that is gone", "mkdir gone; cd gone; rmdir ../gone; exec \"$@\""),
    ("signals that are ignored", "trap '' PIPE HUP INT TERM CHLD; exec \"$@\""),
]


@pytest.mark.parametrize("text", [row[1] for row in SURROUNDINGS], ids=[row[0] for row in SURROUNDINGS])
def test_any_surroundings_will_do(folder, text):
    with Scripted(folder) as far:
        done = subprocess.run(["/bin/sh", "-c", text, "sh", program(SENDMAIL), "root"], input=WHOLE,
                              cwd=folder, env=environment(GSMTPD_SUBMIT=far.submit), check=False,
                              timeout=PATIENCE_S)
        assert done.returncode == 0
        assert [mail.raw for mail in far.mails] == [WHOLE_SENT]


def test_closed_standard_input_is_no_empty_mail(folder):
    with Scripted(folder) as far:
        done = subprocess.run(["/bin/sh", "-c", "exec \"$@\" <&-", "sh", program(SENDMAIL), "root"],
                              stderr=subprocess.PIPE, env=environment(GSMTPD_SUBMIT=far.submit),
                              check=False, timeout=PATIENCE_S)
        assert done.returncode == 65
        assert "cannot read the message" in one_line(done.stderr)
        assert far.mails == []


def test_nobody_reads_standard_error():
    """The exit status is that of the failure, not of a signal."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([program(SENDMAIL), "root"], input=WHOLE, stderr=writer, check=False,
                          env=environment(GSMTPD_SUBMIT="unix:/nonexistent/x"), timeout=PATIENCE_S)
    os.close(writer)
    assert done.returncode == 75


def test_a_very_long_command_line(folder):
    wanted = [f"{'x' * 200}{number}@{'y' * 40}.example" for number in range(1000)]
    with Scripted(folder) as far:
        assert run(far.submit, *wanted, mail=WHOLE).returncode == 0
        assert [one for mail in far.mails for one in mail.recipients] == wanted
        done = run(far.submit, *wanted, "one.more@example.com", mail=WHOLE)
        assert done.returncode == 65
        assert "more than 1000 recipients" in one_line(done.stderr)


def test_a_server_of_old_hears_helo(folder):
    with Scripted(folder, EHLO="502 what") as far:
        assert run(far.submit, "root", mail=WHOLE).returncode == 0
        assert far.lines[1].startswith("HELO ")
        assert far.lines[2].startswith("MAIL FROM:<") and far.lines[2].endswith(">")
        assert len(far.mails) == 1


def test_commands_are_pipelined(folder):
    """All of them come although nothing was answered yet."""
    seen = threading.Event()

    def hold(line):
        seen.wait(PATIENCE_S)
        return "250 ok"

    with Scripted(folder, MAIL=hold) as far:
        program_ = subprocess.Popen([program(SENDMAIL), "a@example.com"], stdin=subprocess.PIPE,
                                    env=environment(GSMTPD_SUBMIT=far.submit))
        program_.stdin.write(WHOLE)
        program_.stdin.close()
        eventually(lambda: len(far.lines) > 1, what="MAIL")
        seen.set()
        assert program_.wait(PATIENCE_S) == 0
        assert far.lines[1].endswith(f"SIZE={len(WHOLE_SENT)}")
        assert far.lines[2:4] == ["RCPT TO:<a@example.com>", "DATA"]


def test_a_large_message_and_long_replies(folder):
    """More than the buffers of the socket hold, both ways."""
    wanted = [f"{'a' * 200}{number}@example.com" for number in range(100)]
    with Scripted(folder, RCPT="250 " + "x" * 4000) as far:
        done = run(far.submit, "-i", *wanted, mail=b"From: a@b\n\n" + b"line\n" * 400000)
        assert (done.returncode, done.stderr) == (0, b"")
        assert far.mails[0].recipients == wanted
        assert len(far.mails[0].raw) == len(b"From: a@b\r\n\r\n") + 6 * 400000


# Wrong calls: arguments, standard input, exit status, a word on standard error.
WRONG = [
    ([], b"x\n", 64, "no recipients"),
    (["-f"], b"x\n", 64, "needs a value"),
    (["-bd"], b"", 64, "gsmtpd"),
    (["-bt"], b"", 64, "-b"),
    (["-t"], b"Subject: s\n\n", 65, "no recipients"),
    (["-t"], b"To: undisclosed-recipients:;\n\n", 65, "no recipients"),
    (["a@b@c"], b"x\n", 65, "a@b@c"),
    (["two words"], b"x\n", 65, "two words"),
    (["-f", "two words", "root"], b"x\n", 65, "-f"),
]


@pytest.mark.parametrize("arguments, mail, status, word", WRONG,
                         ids=[" ".join(row[0]) or "nothing" for row in WRONG])
def test_wrong_calls(server, arguments, mail, status, word):
    server.mails.clear()
    done = run(server.submit, *arguments, mail=mail)
    assert done.returncode == status, done.stderr
    assert word in one_line(done.stderr)
    assert server.mails == []


@pytest.mark.parametrize("submit, status", [
    ("unix:/nonexistent/smtp.sock", 75),
    ("127.0.0.1:1", 75),
    ("[::1]:1", 75),
    ("localhost:25", 78),
    ("unix:relative", 78),
    ("127.0.0.1", 78),
])
def test_a_daemon_that_is_not_there(submit, status):
    done = run(submit, "root", mail=WHOLE)
    assert done.returncode == status
    one_line(done.stderr)


@pytest.mark.parametrize("arguments", [["root"], [], ["-bd"], ["-t"]])
def test_input_is_drained_whatever_happens(arguments):
    """Its caller must not die of SIGPIPE: far more than a pipe holds."""
    done = subprocess.Popen([program(SENDMAIL), *arguments], stdin=subprocess.PIPE,
                            stderr=subprocess.DEVNULL,
                            env=environment(GSMTPD_SUBMIT="unix:/nonexistent/smtp.sock"))
    for _ in range(64):
        done.stdin.write(b"x" * 65536)
    done.stdin.close()
    assert done.wait(PATIENCE_S) != 0


def test_a_message_beyond_all_measure(server):
    done = run(server.submit, "root", mail=b"x" * (65 << 20))
    assert done.returncode == 65
    assert "larger" in one_line(done.stderr)


def test_q_does_nothing_and_does_not_read():
    for arguments in (["-q"], ["-q30m"]):
        done = subprocess.run([program(SENDMAIL), *arguments], stdin=subprocess.PIPE, timeout=5,
                              env=environment(), check=False)
        assert done.returncode == 0


def test_help_and_version():
    assert b"usage" in run("", "--help").stdout
    assert run("", "--version").stdout.startswith(b"gsmtp-sendmail ")


def beside_control(folder, script):
    """A copy of the program beside a gsmtpctl that is a shell script; both paths."""
    beside = os.path.join(folder, "sbin")
    os.mkdir(beside)
    copy, control = os.path.join(beside, SENDMAIL), os.path.join(beside, "gsmtpctl")
    with open(program(SENDMAIL), "rb") as source, open(copy, "wb") as target:
        target.write(source.read())
    with open(control, "w") as file:
        file.write("#!/bin/sh\n" + script)
    os.chmod(copy, 0o755)
    os.chmod(control, 0o755)
    return copy, control


@pytest.mark.parametrize("name, arguments, command", [
    ("mailq", [], "queue"),
    ("/usr/bin/mailq", [], "queue"),
    ("newaliases", [], "reload"),
    ("sendmail", ["-bp"], "queue"),
    ("sendmail", ["-bi"], "reload"),
])
def test_other_names_run_gsmtpctl(folder, name, arguments, command):
    """It lies beside the program itself, not beside the link that was called."""
    copy, control = beside_control(folder, 'echo "$0 $*"\n')
    link = os.path.join(folder, os.path.basename(name))
    os.symlink(copy, link)
    done = subprocess.run([name, *arguments], executable=link, stdout=subprocess.PIPE,
                          env=environment(), timeout=PATIENCE_S, check=False)
    assert done.stdout.decode() == f"{control} {command}\n"


@pytest.mark.parametrize("answer, status, word", [
    (0, 0, ""),
    (69, 0, "the aliases are read when gsmtpd starts"),
    (77, 77, ""),
])
def test_newaliases_fails_only_when_a_daemon_did_not_do_it(folder, answer, status, word):
    """Maintainer scripts call it before there is one."""
    copy, _ = beside_control(folder, f"exit {answer}\n")
    done = subprocess.run(["newaliases"], executable=copy, stderr=subprocess.PIPE,
                          env=environment(), timeout=PATIENCE_S, check=False)
    assert done.returncode == status
    assert word in done.stderr.decode() and bool(word) == bool(done.stderr)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_bs_speaks_smtp_on_standard_input(folder, end):
    script = [b"EHLO alpine", b"MAIL FROM:<a@example.org>", b"RCPT TO:<b@example.com>", b"DATA",
              b"Subject: s", b"", b"..x", b".", b"QUIT", b""]
    with Scripted(folder) as far:
        done = run(far.submit, "-bs", "-odb", "-oem", mail=end.join(script))
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith(b"220 far\r\n") and done.stdout.endswith(b"221 bye\r\n")
        (taken,) = far.mails
    assert (taken.sender, taken.recipients) == ("a@example.org", ["b@example.com"])
    assert taken.raw == b"Subject: s\r\n\r\n.x\r\n"


def test_bs_waits_for_each_reply(folder):
    with Scripted(folder) as far:
        relay = subprocess.Popen([program(SENDMAIL), "-bs"], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, env=environment(GSMTPD_SUBMIT=far.submit))
        assert relay.stdout.readline() == b"220 far\r\n"
        for command, reply in ((b"HELO x\n", b"250"), (b"NOOP\n", b"250"), (b"QUIT\n", b"221")):
            relay.stdin.write(command)
            relay.stdin.flush()
            assert relay.stdout.readline().startswith(reply)
        eventually(lambda: "QUIT" in far.lines, what="QUIT")
        relay.stdin.close()
        far.listener.close()


def test_bs_without_a_daemon_says_421():
    done = run("unix:/nonexistent/smtp.sock", "-bs", mail=b"EHLO x\r\n" * 20000)
    assert done.returncode == 75
    assert done.stdout.startswith(b"421 4.3.2 ")
