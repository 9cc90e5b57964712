# SPDX-License-Identifier: ISC
"""The programs that call /usr/sbin/sendmail, themselves, in a box where that is ours: each
does what it does on a machine, and the mail comes out at the far end.

Not run here: cronie (not in Debian 12; its argument list is in test_sendmail.py), and smartd,
Nagios and apcupsd, which call mail(1)."""

import gzip
import re

import pytest

from box import Box

ROOT = "ops@example.com"


@pytest.fixture
def house(make_daemon, emulator):
    daemon = make_daemon(emulator.device)
    with open(daemon.folder + "/aliases", "w") as file:
        file.write(f"root: {ROOT}\n")
    return daemon.start()


@pytest.fixture
def box(house):
    made = Box(house)
    yield made
    made.close()


def only_mail(box, sink):
    """The one that came; where it does not, what was said in the box tells why."""
    try:
        (arrived,) = sink.wait()
    except AssertionError as error:
        raise AssertionError(f"{error}\n{box.log() if box.running else ''}") from None
    box.daemon.wait_empty()
    assert arrived.recipients == [ROOT]
    return arrived


def test_cron(box, sink):
    box.put("/etc/cron.d/job", "@reboot root echo backup failed; echo 'Größe 0' >&2\n")
    box.start("exec cron -f")
    arrived = only_mail(box, sink)
    assert arrived.subject.startswith("Cron <root@") and "echo backup failed" in arrived.subject
    assert "backup failed" in arrived.text and "Größe 0" in arrived.text


def test_at(box, sink):
    box.start("""
        cd /var/spool/cron; mkdir -p atjobs atspool; touch atjobs/.SEQ
        chown -R daemon:daemon atjobs atspool; chmod 1770 atjobs atspool
        echo 'echo the job said this' | at now
        exec atd -f""")
    arrived = only_mail(box, sink)
    assert "Output from your job" in arrived.subject
    assert "the job said this" in arrived.text


def test_anacron(box, sink):
    box.put("/etc/anacrontab", "SHELL=/bin/sh\n1 0 job.daily echo anacron ran this\n")
    box.run("mkdir -p /var/spool/anacron; anacron -d -f -n -s")
    arrived = only_mail(box, sink)
    assert "job.daily" in arrived.subject
    assert "anacron ran this" in arrived.text


@pytest.mark.parametrize("command", [
    "s-nail -:/ -s 'Füllstand hoch' root",
    "bsd-mailx -s 'Füllstand hoch' root",
    "mail.mailutils -s 'Füllstand hoch' root",
    "{ echo To: root; echo 'Subject: Füllstand hoch'; echo; cat; } | sendmail -t",
], ids=["s-nail", "bsd-mailx", "mailutils", "shell"])
def test_mail_programs(box, sink, command):
    box.run(f"echo 'Der Füllstand ist hoch.' | {command}")
    arrived = only_mail(box, sink)
    assert arrived.subject == "Füllstand hoch"
    assert "Der Füllstand ist hoch." in arrived.text


def test_alpine(box, sink):
    """A terminal, with somebody at it who types; alpine speaks SMTP to sendmail -bs."""
    box.put("/run/h/.pinerc", "personal-name=Ann\nuser-domain=localhost\ninbox-path=/run/h/inbox\n"
            'default-fcc=""\n')
    box.run(r"""
        export HOME=/run/h TERM=vt100
        mkdir /run/h/mail; : >/run/h/inbox
        {
            sleep 3; printf 'Der Text.\r'; sleep 1; printf '\030'; sleep 1; printf y
            for i in 1 2 3 4 5 6 7 8 9 10; do sleep 1; grep -aq 'Message sent' /run/h/log && break; done
            printf q; sleep 1; printf y; sleep 1
        } | timeout 40 script -qfc "alpine -url 'mailto:root?subject=Von%20Alpine'" /run/h/log""")
    arrived = only_mail(box, sink)
    assert arrived.subject == "Von Alpine"
    assert "Der Text." in arrived.text


def test_mdadm(box, sink):
    box.run("mdadm --monitor --test --oneshot --mail root /dev/md0", status=None)
    arrived = only_mail(box, sink)
    assert arrived.subject.startswith("TestMessage event on /dev/md0:")


def test_sudo(box, sink):
    box.put("/etc/sudoers", "Defaults mailto=root, !authenticate\nroot ALL=(ALL) ALL\n", 0o440)
    # Its mailer runs behind its back.
    box.run("setpriv --reuid nobody --regid nogroup --clear-groups sudo -n true || sleep 2")
    arrived = only_mail(box, sink)
    assert "SECURITY information" in arrived.subject
    assert "nobody" in arrived.text


def test_logwatch(box, sink):
    box.run("mkdir -p /var/cache/logwatch; logwatch --output mail --mailto root --range all "
            "--detail high --service zz-disk_space")
    arrived = only_mail(box, sink)
    assert arrived.subject.startswith("Logwatch for ")
    assert "Disk Space" in arrived.text


UPGRADE = r"""
import importlib.machinery, importlib.util, io
import apt_pkg
loader = importlib.machinery.SourceFileLoader("uu", "/usr/bin/unattended-upgrade")
uu = importlib.util.module_from_spec(importlib.util.spec_from_loader("uu", loader))
loader.exec_module(uu)
apt_pkg.init_config()
apt_pkg.config.set("Unattended-Upgrade::Mail", "root")
uu.send_summary_mail(["bash"], True, "All upgrades installed", uu.KeptPkgs(set), [], [],
                     io.StringIO("the log"), "dpkg said this")
"""


def test_unattended_upgrades(box, sink):
    """Its report alone: an upgrade would need the network."""
    box.put("/root-script.py", UPGRADE)
    box.run("python3 /root-script.py")
    arrived = only_mail(box, sink)
    assert "unattended-upgrades result for" in arrived.subject
    assert "bash" in arrived.text and "dpkg said this" in arrived.text


def test_fail2ban(box, sink):
    box.put("/etc/fail2ban/jail.local", """[DEFAULT]
sender = fail2ban@example.org
destemail = root
[door]
enabled = true
filter = door
logpath = /var/log/door
backend = polling
action = sendmail[name=door, dest=root, sender=fail2ban@example.org, actionstart="", actionstop=""]
""")
    box.put("/etc/fail2ban/filter.d/door.conf", "[Definition]\nfailregex = from <HOST>$\n")
    box.run("""
        rm -rf /etc/fail2ban/jail.d; touch /var/log/door; mkdir /run/fail2ban
        fail2ban-server -b -s /run/f.sock -p /run/f.pid --logtarget /run/f.log start
        fail2ban-client -s /run/f.sock set door banip 192.0.2.7
        for i in 1 2 3 4 5 6 7 8 9 10; do
            fail2ban-client -s /run/f.sock status door | grep -q 192.0.2.7 && break; sleep 1
        done
        sleep 2; fail2ban-client -s /run/f.sock stop; cat /run/f.log""")
    arrived = only_mail(box, sink)
    assert "door: banned 192.0.2.7" in arrived.subject
    assert "Fail2Ban" in arrived.text


def test_git_send_email(box, sink):
    box.run("""
        mkdir /run/r; cd /run/r; export HOME=/run/r
        git init -q .; git config user.name Ann; git config user.email ann@example.org
        printf 'one\\n' >file; git add file; git commit -q -m first
        printf 'two\\n' >>file; git commit -q -a -m 'Add the second line'
        git send-email --quiet --confirm=never --suppress-cc=all --to=root -1""")
    arrived = only_mail(box, sink)
    assert arrived.subject == "[PATCH] Add the second line"
    whole = arrived.text + "".join(str(one) for one in arrived.attachments().values())
    assert "two" in whole


def test_php(box, sink):
    box.put("/run/mail.php", '<?php exit(mail("root", "Von PHP", "Zeile eins\\r\\nZeile zwei", '
            '"From: php@example.org") ? 0 : 1);')
    box.run("php /run/mail.php 2>&1 || php8.2 /run/mail.php || php8.4 /run/mail.php")
    arrived = only_mail(box, sink)
    assert arrived.subject == "Von PHP"
    assert "Zeile eins\nZeile zwei" in arrived.text


def test_systemd_cron(box, sink):
    """What its unit for failed jobs runs, under the rights that it has there; systemctl is
    played, since no systemd runs in a box. Debian 13 has another program for it, which asks
    systemd for more: there its arguments and its mail."""
    box.put("/usr/local/bin/systemctl", """#!/bin/sh
case $1 in
show) [ "$3" = --property=User ] && echo User=root || echo Environment= ;;
*) echo "job.service - the job"; echo "Active: failed"; exit 3 ;;
esac
""", 0o755)
    box.run("""
        unit='setpriv --reuid 61234 --regid 61234 --clear-groups --no-new-privs'
        if [ -x /usr/lib/systemd-cron/mail_on_failure ]; then
            exec $unit /usr/lib/systemd-cron/mail_on_failure job
        fi
        printf 'To: root\\nSubject: job\\n\\nfailed\\n' | exec $unit sendmail -i -B8BITMIME root""")
    arrived = only_mail(box, sink)
    assert "job" in arrived.subject
    assert "failed" in arrived.text


def test_a_unit_without_any_right(box, sink):
    """As systemd runs one with DynamicUser= and NoNewPrivileges=: a user without a name, and no
    capability, on a machine without one."""
    box.run("""
        echo '(none)' >/proc/sys/kernel/hostname; rm -f /etc/mailname
        echo 'no rights at all' | setpriv --reuid 61234 --regid 61234 --clear-groups \\
            --no-new-privs --bounding-set -all --inh-caps -all sendmail root""")
    assert "no rights at all" in only_mail(box, sink).text
    assert "accepted from <uid61234@localhost> (local user 61234)" in box.daemon.log()


def test_mailname_is_the_domain_of_a_caller(box, sink):
    box.put("/etc/mailname", "mail.example.org\n")
    box.run("echo x | sendmail root")
    only_mail(box, sink)
    assert "accepted from <root@mail.example.org>" in box.daemon.log()


def test_mailq_and_newaliases(box):
    """From the default sockets, by the names that everybody knows."""
    with open(box.daemon.folder + "/aliases", "a") as file:
        file.write("nobody: |/bin/false\n")
    assert "no mail" in box.run("mailq").lower() or "empty" in box.run("mailq").lower()
    printed = box.run("newaliases")
    assert re.search(r"aliases:2: a command as target", printed)


# What programs hand in, and words of the text that has to come out.
HANDED_IN = [
    ("a line of 20000 octets", b"Subject: s\n\n" + b"0123456789" * 2000 + b" end\n", "0123456789 end"),
    ("NULs", b"Subject: s\n\na\0b\0 end\n", "ab end"),
    ("Latin-1 without a header field that says so", b"Subject: s\n\nGr\xf6\xdfe\n", "Größe"),
    ("the line of a mailbox", b"From root Mon Jan  1 00:00:00 2024\nSubject: s\n\ntext\n", "text"),
    ("line ends of all kinds", b"Subject: s\r\n\none\r\ntwo\nthree\rfour", "one\ntwo\nthree\nfour"),
    ("a folded header with CRLF", b"Subject:\r\n s\r\nX-A: b\r\n\tc\r\n\r\ntext\r\n", "text"),
    ("dots", b"Subject: s\n\n..\n.end\nlast\n", "last"),
]


@pytest.mark.parametrize("mail, words", [row[1:] for row in HANDED_IN],
                         ids=[row[0] for row in HANDED_IN])
def test_what_programs_hand_in_arrives(house, sink, mail, words):
    house.sendmail("-i", "root", mail=mail)
    (arrived,) = sink.wait()
    house.wait_empty()
    assert arrived.subject == "s"
    whole = arrived.text + "".join(gunzipped(one) for one in arrived.attachments().values())
    assert words in whole


def gunzipped(content):
    content = content.encode() if isinstance(content, str) else content
    plain = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    return plain.decode(errors="replace").replace("\r\n", "\n")
