# SPDX-License-Identifier: ISC
"""The aliases file as the daemon reads it: lists, what is refused, and how changes come into
force. No mail is sent: what RCPT is answered is the whole matter."""

import os
import re
import smtplib
import subprocess

import pytest

from house import UnixConnection, eventually, program


class Door(smtplib.SMTP):
    """SMTP on the submission socket."""

    def __init__(self, daemon):
        self.unix = UnixConnection(daemon.socket_path)
        super().__init__("local", 25, local_hostname="client.example.org")

    def _get_socket(self, host, port, timeout):
        self.unix.connect()
        return self.unix.sock


def ask(daemon, recipient):
    """What RCPT of it is answered on a new connection: code, and text."""
    with Door(daemon) as door:
        door.ehlo_or_helo_if_needed()
        door.mail("a@example.org")
        code, text = door.rcpt(recipient)
    return code, text.decode()


class Aliases:
    def __init__(self, daemon):
        self.daemon = daemon
        self.path = daemon.folder + "/aliases"

    def write(self, text, name=None):
        path = name or self.path
        with open(path + ".new", "w") as file:
            file.write(text)
        os.rename(path + ".new", path)
        return path

    def list(self, text, mode=0o644):
        path = self.write(text, self.daemon.folder + "/list")
        os.chmod(path, mode)
        return path


@pytest.fixture
def aliases(make_daemon, folder):
    """Of a daemon that is not started, without a modem."""
    return Aliases(make_daemon(folder + "/no-modem", recipients={"allow": "*@example.com"}))


def is_taken(daemon, recipient):
    code, text = ask(daemon, recipient)
    assert code in (250, 550), text
    return code == 250


@pytest.mark.parametrize("name", ["root", "root@localhost", "root@localhost.localdomain",
                                  "root@gw1.example.net", "ROOT@GW1", '"root"@localhost'])
def test_names_of_this_machine_need_an_alias(aliases, name):
    daemon = aliases.daemon.start()
    code, text = ask(daemon, name)
    assert code == 550 and text.startswith("5.1.1") and '"name: local@domain"' in text
    aliases.write("root: ops@example.com\n")
    assert is_taken(daemon, name)


def test_an_alias_to_who_is_not_allowed(aliases):
    aliases.write("root: ops@example.org\n")
    code, text = ask(aliases.daemon.start(), "root")
    assert code == 550 and text.startswith("5.7.1")


@pytest.mark.parametrize("target", ["|/bin/cat", '"|/bin/cat -"', "/var/mail/root", "/dev/null",
                                    ":include:relative", ":include:/nonexistent/list"])
def test_a_target_that_is_no_address_is_told_and_takes_nothing_with_it(aliases, target):
    aliases.write(f"# a comment\nroot: {target}\nops: ops@example.com\ndefault: ops@example.com\n")
    daemon = aliases.daemon.start()
    code, text = ask(daemon, "root")
    assert code == 550 and text.startswith("5.3.5"), text
    assert is_taken(daemon, "ops") and is_taken(daemon, "bob")
    assert f"{aliases.path}:2: " in daemon.log()


def test_a_good_target_beside_a_bad_one(aliases):
    aliases.write("root: |/bin/cat, ops@example.com\n")
    assert is_taken(aliases.daemon.start(), "root")


def test_a_list_is_read_and_read_again(aliases):
    path = aliases.list("# the list\na@example.com\n")
    aliases.write(f"team: :include:{path}\n")
    daemon = aliases.daemon.start()
    assert is_taken(daemon, "team")
    aliases.list("a@example.org\n")
    assert not is_taken(daemon, "team")
    aliases.list("b@example.com, a@example.com\n")
    assert is_taken(daemon, "team")


@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666])
def test_a_list_that_others_can_write_is_not_used(aliases, mode):
    aliases.write(f"team: :include:{aliases.list('a@example.com', mode)}\n")
    daemon = aliases.daemon.start()
    assert not is_taken(daemon, "team")
    assert f"{aliases.path}:1: the list {daemon.folder}/list is not used: others can write it" \
        in daemon.log()


def test_a_list_of_a_stranger_is_not_used(aliases):
    path = aliases.list("a@example.com")
    subprocess.run([*([] if os.geteuid() == 0 else ["sudo", "-n"]), "chown", "61234", path],
                   check=True)
    aliases.write(f"team: :include:{path}\n")
    daemon = aliases.daemon.start()
    assert not is_taken(daemon, "team")
    assert "it is a stranger's" in daemon.log()


def test_a_list_that_is_no_file_does_not_hang(aliases):
    os.mkfifo(aliases.daemon.folder + "/list")
    aliases.write(f"team: :include:{aliases.daemon.folder}/list\nx: :include:/dev/zero\n")
    daemon = aliases.daemon.start()
    assert not is_taken(daemon, "team") and not is_taken(daemon, "x")


def test_lists_that_name_each_other(aliases):
    path = aliases.list(f":include:{aliases.daemon.folder}/list\n")
    aliases.write(f"team: :include:{path}\n")
    code, text = ask(aliases.daemon.start(), "team")
    assert code == 550 and text.startswith("5.4.6")


def test_a_file_that_goes_or_breaks_leaves_the_aliases_in_force(aliases):
    aliases.write("root: ops@example.com\n")
    daemon = aliases.daemon.start()
    os.unlink(aliases.path)
    assert is_taken(daemon, "root") and is_taken(daemon, "root")
    assert daemon.log().count("is gone: the aliases in force stay") == 1
    aliases.write("\0\1 this is no aliases file\n")
    assert is_taken(daemon, "root") and is_taken(daemon, "root")
    assert daemon.log().count("is of no use: the aliases in force stay") == 1
    os.unlink(aliases.path)
    os.mkdir(aliases.path)
    assert is_taken(daemon, "root")
    os.rmdir(aliases.path)
    aliases.write("")
    assert not is_taken(daemon, "root")


def test_a_reload_with_a_broken_file_leaves_them_too(aliases):
    aliases.write("root: ops@example.com\n")
    daemon = aliases.daemon.start()
    aliases.write("nothing here\n")
    daemon.notify.forget()
    printed = daemon.ctl("reload")
    assert f"{aliases.path}:1: not an alias" in printed
    eventually(lambda: daemon.notify.has("READY=1"), what="the reload")
    assert is_taken(daemon, "root")
    aliases.write("bob: ops@example.com\n")
    assert is_taken(daemon, "bob") and not is_taken(daemon, "root")


def test_an_open_connection_sees_the_change(aliases):
    daemon = aliases.daemon.start()
    with Door(daemon) as door:
        door.ehlo()
        door.mail("a@example.org")
        assert door.rcpt("root")[0] == 550
        aliases.write("root: ops@example.com\n")
        ask(daemon, "root")
        assert door.rcpt("root")[0] == 250


def test_check_warns_of_aliases_and_secrets(aliases):
    aliases.write("root: |/bin/cat\n")
    daemon = aliases.daemon
    os.chmod(daemon.folder + "/password", 0o644)
    done = subprocess.run([program("gsmtpd"), "--check", "-c", daemon.configuration],
                          stderr=subprocess.PIPE, stdout=subprocess.PIPE, check=False)
    told = done.stderr.decode()
    assert done.returncode == 0, told
    assert f"{aliases.path}:1: warning: a command as target" in told
    assert re.search(r"gsmtpd.conf:\d+: warning: \[account \"main\"\]: password-file: .*0644", told)
    assert "secret" not in told
