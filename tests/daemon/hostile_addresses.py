# SPDX-License-Identifier: ISC
"""Paths and mailboxes (RFC 5321, 4.1.2, 4.1.3 and 4.5.3.1; RFC 6531)."""

from hostile import HEAD, MAIL, QUEUED, RELAY, Mail, case, mail_of, say

BAD_SENDER = r"501 5\.1\.7 "
BAD_RECIPIENT = r"501 5\.1\.3 "
NO_CARRY = r"550 5\.1\.3 "
NOT_HERE = r"550 5\.1\.1 "
NOT_ALLOWED = r"550 5\.7\.1 "


def as_sender(name, path, pattern=BAD_SENDER, **more):
    return case(name, say(b"MAIL FROM:" + path + b"\r\n", pattern), **more)


def as_recipient(name, path, pattern=BAD_RECIPIENT, **more):
    return case(name, say(MAIL + b"RCPT TO:" + path + b"\r\n", "250", pattern), **more)


def both(name, path):
    """A path that is none, in either place; nothing of it is kept."""
    return case(name, say(b"MAIL FROM:" + path + b"\r\n", "501 5"), say(b"RCPT TO:<zebra@example.com>\r\n", "503 5"),
                say(MAIL + b"RCPT TO:" + path + b"\r\n", "250", "501 5"), say(b"DATA\r\n", r"(503|554) 5\.5\.1 "))


def arrives(name, sender, recipient, stored_sender, stored_recipient, **more):
    return case(name, say(b"MAIL FROM:" + sender + b"\r\nRCPT TO:" + recipient + b"\r\nDATA\r\n", "250 2.1.0",
                          "250 2.1.5", "354 "), say(HEAD + b"x\r\n.\r\n", QUEUED),
                mails=[Mail(HEAD + b"x\r\n", stored_sender, (stored_recipient,))], **more)


LONG_LABELS = b".".join([b"d" * 63] * 3)                   # 191 octets
DOMAIN_255 = b".".join([b"d" * 63] * 4)                    # no mailbox has room for it
PATH_256 = b"<" + b"z" * 54 + b"@" + LONG_LABELS + b".ddd.com>"
PATH_257 = b"<" + b"z" * 55 + b"@" + LONG_LABELS + b".ddd.com>"
assert (len(PATH_256), len(PATH_257)) == (256, 257)

NONE = [
    both("a path without an end (RFC 5321, 4.1.2)", b"<zebra@example.com"),
    both("a path without a beginning (RFC 5321, 4.1.2)", b"zebra@example.com>"),
    both("a path in a path (RFC 5321, 4.1.2)", b"<<zebra@example.com>>"),
    both("two ends of a path (RFC 5321, 4.1.2)", b"<zebra@example.com>>"),
    both("something glued behind a path (RFC 5321, 4.1.2)", b"<zebra@example.com>zebra"),
    both("two paths (RFC 5321, 4.1.2)", b"<zebra@example.com>,<zebra@example.com>"),
    both("no local part (RFC 5321, 4.1.2)", b"<@example.com>"),
    both("no domain (RFC 5321, 4.1.2)", b"<zebra@>"),
    both("an at sign alone (RFC 5321, 4.1.2)", b"<@>"),
    both("two at signs in a row (RFC 5321, 4.1.2)", b"<zebra@@example.com>"),
    both("two domains (RFC 5321, 4.1.2)", b"<zebra@example.com@example.com>"),
    both("a dot before the local part (RFC 5321, 4.1.2)", b"<.zebra@example.com>"),
    both("a dot behind the local part (RFC 5321, 4.1.2)", b"<zebra.@example.com>"),
    both("two dots in the local part (RFC 5321, 4.1.2)", b"<ze..bra@example.com>"),
    both("a dot before the domain (RFC 5321, 4.1.2)", b"<zebra@.example.com>"),
    both("a dot behind the domain (RFC 5321, 4.1.2)", b"<zebra@example.com.>"),
    both("two dots in the domain (RFC 5321, 4.1.2)", b"<zebra@example..com>"),
    both("a hyphen before a label (RFC 5321, 4.1.2)", b"<zebra@-example.com>"),
    both("a hyphen behind a label (RFC 5321, 4.1.2)", b"<zebra@example-.com>"),
    both("a blank in the local part (RFC 5321, 4.1.2)", b"<ze bra@example.com>"),
    both("a blank in the domain (RFC 5321, 4.1.2)", b"<zebra@exam ple.com>"),
    both("blanks around the address (RFC 5321, 4.1.2)", b"< zebra@example.com >"),
    both("a comment in the local part (RFC 5321, 4.1.2)", b"<zebra(x)@example.com>"),
    both("a comma in the local part (RFC 5321, 4.1.2)", b"<zebra,zebra@example.com>"),
    both("a colon in the local part (RFC 5321, 4.1.2)", b"<zebra:x@example.com>"),
    both("a backslash outside quotes (RFC 5321, 4.1.2)", b"<ze\\bra@example.com>"),
    both("a semicolon in the domain (RFC 5321, 4.1.2)", b"<zebra@example.com;x>"),
    both("a slash in the domain (RFC 5321, 4.1.2)", b"<zebra@example.com/x>"),
    both("a name before the path (RFC 5321, 4.1.2)", b"Zebra <zebra@example.com>"),
    both("a source route and nothing behind it (RFC 5321, C)", b"<@far.example:>"),
    both("a source route without its colon (RFC 5321, C)", b"<@far.example zebra@example.com>"),
    both("a source route of no domain (RFC 5321, C)", b"<@:zebra@example.com>"),
    both("a source route that ends with a comma (RFC 5321, C)", b"<@far.example,:zebra@example.com>"),
    both("an IPv4 literal with 300 (RFC 5321, 4.1.3)", b"<zebra@[300.1.1.1]>"),
    both("an IPv4 literal of three numbers (RFC 5321, 4.1.3)", b"<zebra@[192.0.2]>"),
    both("an IPv4 literal without an end (RFC 5321, 4.1.3)", b"<zebra@[192.0.2.1>"),
    both("an IPv4 literal with something behind it (RFC 5321, 4.1.3)", b"<zebra@[192.0.2.1]x>"),
    both("an IPv6 literal without its tag (RFC 5321, 4.1.3)", b"<zebra@[2001:db8::1]>"),
    both("an IPv6 literal that is none (RFC 5321, 4.1.3)", b"<zebra@[IPv6:zebra]>"),
    both("an empty literal (RFC 5321, 4.1.3)", b"<zebra@[]>"),
    both("a quoted local part without an end (RFC 5321, 4.1.2)", b"<\"zebra@example.com>"),
    both("a quoted local part with something behind it (RFC 5321, 4.1.2)", b"<\"ze\"bra@example.com>"),
    both("a quoted part within a local part (RFC 5321, 4.1.2)", b"<ze\"b\"ra@example.com>"),
    both("a quoted local part that ends with a backslash (RFC 5321, 4.1.2)", b"<\"zebra\\\"@example.com>"),
    both("a control octet in the local part (RFC 5321, 4.1.2)", b"<ze\x01bra@example.com>"),
    both("a control octet in a quoted local part (RFC 5321, 4.1.2)", b"<\"ze\x1bbra\"@example.com>"),
    both("a quoted control octet (RFC 5321, 4.1.2)", b"<\"ze\\\x01bra\"@example.com>"),
    both("a NUL in the local part (RFC 5321, 4.1.2)", b"<ze\0bra@example.com>"),
    both("a NUL behind an address (RFC 5321, 4.1.2)", b"<zebra@example.com\0>"),
    both("a tab in the path (RFC 5321, 4.1.2)", b"<zebra\t@example.com>"),
    both("DEL in the local part (RFC 5321, 4.1.2)", b"<ze\x7fbra@example.com>"),
    both("8-bit in the local part (RFC 5321, 4.1.2)", b"<z\xebbra@example.com>"),
    as_sender("UTF-8 in the local part of a sender without SMTPUTF8 (RFC 6531, 3.1)", b"<z\xc3\xabbra@example.com>"),
    as_sender("UTF-8 in the domain of a sender without SMTPUTF8 (RFC 6531, 3.1)", b"<zebra@ex\xc3\xa4mple.com>"),
    both("a label of 64 octets (RFC 1035, 2.3.4)", b"<zebra@" + b"d" * 64 + b".com>"),
    both("a path of 257 octets (RFC 5321, 4.5.3.1.3)", PATH_257),
    both("a domain of 255 octets has no room in a path (RFC 5321, 4.5.3.1.3)", b"<z@" + DOMAIN_255 + b">"),
    both("a path of 1900 octets (RFC 5321, 4.5.3.1.3)", b"<" + b"z" * 1880 + b"@example.com>"),
    both("two hundred domains in a source route and no mailbox (RFC 5321, C)", b"<" + b"@d.example," * 150 + b">"),
]

TAKEN = [
    as_recipient("the null path is a sender only (RFC 5321, 4.5.5)", b"<>"),
    arrives("the null path is a sender (RFC 5321, 4.5.5)", b"<>", b"<zebra-ops@example.com>", "", "zebra-ops@example.com"),
    arrives("a path without its brackets, as old clients say it (RFC 5321, 4.1.1.2)", b"zebra@far.example",
            b"zebra@example.com", "zebra@far.example", "zebra@example.com"),
    arrives("a blank behind the colon, as old clients say it (RFC 5321, 4.1.1.2)", b" <zebra@far.example>",
            b" <zebra@example.com>", "zebra@far.example", "zebra@example.com"),
    arrives("a source route is dropped (RFC 5321, C)", b"<@a.example,@b.example:zebra@far.example>",
            b"<@c.example:zebra@example.com>", "zebra@far.example", "zebra@example.com"),
    arrives("all octets of an atom (RFC 5322, 3.2.3)", b"<!#$%&'*+-/=?^_`{|}~@far.example>", b"<!#$%&'*+-/=?^_`{|}~@example.com>",
            "!#$%&'*+-/=?^_`{|}~@far.example", "!#$%&'*+-/=?^_`{|}~@example.com"),
    arrives("a percent sign and a bang name no way (RFC 5321, F.2)", b"<zebra%a@far.example>", b"<a!zebra%b@example.com>",
            "zebra%a@far.example", "a!zebra%b@example.com"),
    arrives("an IPv4 literal (RFC 5321, 4.1.3)", b"<zebra@[192.0.2.7]>", b"<zebra@[192.0.2.1]>", "zebra@[192.0.2.7]",
            "zebra@[192.0.2.1]"),
    arrives("an IPv6 literal (RFC 5321, 4.1.3)", b"<zebra@[IPv6:2001:db8::7]>", b"<zebra@[IPv6:2001:db8::1]>",
            "zebra@[IPv6:2001:db8::7]", "zebra@[IPv6:2001:db8::1]"),
    arrives("a local part of 64 octets (RFC 5321, 4.5.3.1.1)", b"<" + b"z" * 64 + b"@far.example>",
            b"<" + b"z" * 64 + b"@example.com>", "z" * 64 + "@far.example", "z" * 64 + "@example.com"),
    arrives("a path of 256 octets (RFC 5321, 4.5.3.1.3)", PATH_256, PATH_256, PATH_256[1:-1].decode(), PATH_256[1:-1].decode()),
    as_sender("a quoted local part is a sender (RFC 5321, 4.1.2)", b"<\"zebra x\"@far.example>", "250 2.1.0"),
    as_sender("a quoted quote is a sender (RFC 5321, 4.1.2)", b"<\"ze\\\"bra\"@far.example>", "250 2.1.0"),
    as_sender("brackets and an at sign in quotes (RFC 5321, 4.1.2)", b"<\"<zebra@>\"@far.example>", "250 2.1.0"),
    as_sender("a bare name is a sender, as of cron (RFC 5321, 2.3.5)", b"<zebra>", "250 2.1.0"),
    as_recipient("what the module cannot carry is refused: UTF-8 in the local part (RFC 6531, 3.2)",
                 b"<z\xc3\xabbra@example.com>", NO_CARRY),
    arrives("a Unicode domain goes in its ASCII form, also without SMTPUTF8 (interface, SMTP)", b"<zebra@far.example>",
            b"<zebra@b\xc3\xbccher.example>", "zebra@far.example", "zebra@xn--bcher-kva.example"),
    as_recipient("what the module cannot carry is refused: a blank (RFC 5321, 4.1.2)", b"<\"zebra x\"@example.com>", NO_CARRY),
    as_recipient("what the module cannot carry is refused: a quote (threats, 3)", b"<\"ze\\\"bra\"@example.com>", NO_CARRY),
    as_recipient("an AT command in quotes is refused (threats, 3)", b"<\"\\\",AT+CMGS=1\"@example.com>", NO_CARRY),
    case("postmaster needs no domain and has no case (RFC 5321, 4.5.1)",
         say(MAIL + b"RCPT TO:<Postmaster>\r\nRCPT TO:<postmaster@gw1.example.net>\r\nDATA\r\n", "250", "250", "250", "354"),
         say(HEAD + b"x\r\n.\r\n", QUEUED), mails=[Mail(HEAD + b"x\r\n")]),
    as_recipient("a bare name that no alias catches goes nowhere (RFC 5321, 2.3.5)", b"<zebra>", NOT_HERE),
    as_recipient("neither does one at localhost (RFC 5321, 2.3.5)", b"<zebra@localhost>", NOT_HERE),
    as_recipient("neither does one at our own name, in any case (RFC 5321, 2.4)", b"<zebra@GW1.Example.NET>", NOT_HERE),
    as_recipient("neither does one at our name through a source route (RFC 5321, C)", b"<@far.example:zebra@localhost>",
                 NOT_HERE),
    as_recipient("a pipe is a name that is not here (threats, 15)", b"<|zebra>", NOT_HERE),
    as_recipient("a file is a name that is not here (threats, 15)", b"</var/mail/zebra>", NOT_HERE),
    as_recipient("a file in quotes goes nowhere (threats, 15)", b"<\"/etc/zebra\">", r"550 5\.1\.[13] "),
    as_recipient("a list to be read is no path (threats, 15)", b"<:include:/etc/zebra>"),
    as_recipient("aliases that go in a circle are told (RFC 5321, 6.3)", b"<ring>", r"550 5\.4\.6 "),
    as_recipient("who is not allowed is refused (RFC 5321, 7.9)", b"<zebra@denied.test>", NOT_ALLOWED),
    as_recipient("who is not allowed is refused in any case (RFC 5321, 2.4)", b"<zebra@DENIED.TEST>", NOT_ALLOWED),
    as_recipient("who is not allowed is refused behind an alias (RFC 5321, 7.9)", b"<far>", NOT_ALLOWED),
]

TO_ANOTHER_MTA = [
    as_recipient("another MTA keeps what policy forbids (interface, relay-listen)", b"<zebra@denied.test>",
                 r"450 4\.7\.1 ", doors=[RELAY]),
    as_recipient("another MTA keeps what is not here (interface, relay-listen)", b"<zebra>", "450 4", doors=[RELAY]),
    as_recipient("another MTA keeps what the module cannot carry (interface, relay-listen)", b"<\"zebra x\"@example.com>",
                 "450 4", doors=[RELAY]),
    as_recipient("another MTA keeps what is no address here (interface, relay-listen)", b"<zebra@example..com>", "450 4",
                 doors=[RELAY]),
    as_recipient("another MTA keeps what our aliases turn in a circle (interface, relay-listen)", b"<ring>", "450 4",
                 doors=[RELAY]),
    case("another MTA keeps a mail without a recipient (interface, relay-listen)",
         say(MAIL + b"RCPT TO:<zebra>\r\nDATA\r\n", "250", "450 4", "450 4"), doors=[RELAY]),
    case("another MTA keeps what is larger than was announced (interface, relay-listen)",
         say(MAIL[:-2] + b" SIZE=99999999999\r\n", "45[02] 4"), doors=[RELAY]),
    case("another MTA keeps a mail with a NUL (interface, relay-listen)", mail_of(HEAD + b"\0\r\n.\r\n", "450 4"),
         doors=[RELAY]),
    case("another MTA keeps a mail that goes round in a circle (interface, relay-listen)",
         mail_of(b"Received: zebra\r\n" * 100 + HEAD + b"\r\n.\r\n", "450 4"), doors=[RELAY]),
    case("another MTA's mail of 3 MB is taken (interface, relay-listen)",
         mail_of(HEAD + b"zebra\r\n" * 450000 + b".\r\n"), mails=[Mail(HEAD + b"zebra\r\n" * 450000)], doors=[RELAY]),
    case("SMTPUTF8 takes UTF-8 in both parts of a sender (RFC 6531, 3.3)",
         say(b"MAIL FROM:<z\xc3\xabbra@f\xc3\xa4r.example> SMTPUTF8\r\n", "250 2.1.0"), doors=[RELAY]),
    case("a Unicode domain goes in its ASCII form (RFC 6531, 3.2)",
         say(MAIL[:-2] + b" SMTPUTF8\r\nRCPT TO:<zebra@b\xc3\xbccher.example>\r\nDATA\r\n", "250", "250 2.1.5", "354"),
         say(HEAD + b"\xc3\xbc\r\n.\r\n", QUEUED), doors=[RELAY],
         mails=[Mail(HEAD + b"\xc3\xbc\r\n", recipients=("zebra@xn--bcher-kva.example",))]),
    case("ORCPT of a Unicode address as Postfix writes it (RFC 3461, 4.2)",
         say(MAIL[:-2] + b" SMTPUTF8\r\nRCPT TO:<zebra@b\xc3\xbccher.example> ORCPT=rfc822;zebra@b+C3+BCcher.example\r\n",
             "250", "250 2.1.5"), doors=[RELAY]),
    case("ORCPT of a Unicode address as its RFC wants it (RFC 6533, 3)",
         say(MAIL[:-2] + b" SMTPUTF8\r\nRCPT TO:<zebra@b\xc3\xbccher.example> ORCPT=utf-8;zebra@b\\x{FC}cher.example\r\n",
             "250", "250 2.1.5"), doors=[RELAY]),
    case("bad UTF-8 with SMTPUTF8 (RFC 6531, 3.3)",
         say(b"MAIL FROM:<z\xc3\x28bra@far.example> SMTPUTF8\r\n", "501 5"), doors=[RELAY]),
    case("UTF-8 longer than it has to be (RFC 3629, 3)",
         say(b"MAIL FROM:<z\xc0\xafbra@far.example> SMTPUTF8\r\n", "501 5"), doors=[RELAY]),
    case("a Unicode local part is kept by another MTA (RFC 6531, 3.2)",
         say(MAIL[:-2] + b" SMTPUTF8\r\nRCPT TO:<z\xc3\xabbra@example.com>\r\n", "250", "450 4"), doors=[RELAY]),
    case("a letter that is no letter of a domain (RFC 5891, 5.4)",
         say(MAIL[:-2] + b" SMTPUTF8\r\nRCPT TO:<zebra@e\xe2\x80\xaexample.com>\r\n", "250", "450 4|501 5"), doors=[RELAY]),
]

CASES = NONE + TAKEN + TO_ANOTHER_MTA
