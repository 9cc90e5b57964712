# SPDX-License-Identifier: ISC
"""Command lines: grammar, order, length, ends, parameters, too much of anything, and other
protocols (RFC 5321, 1870, 2920, 3461, 6152, 6531)."""

from hostile import (HEAD, HELLO, MAIL, QUEUED, RCPT, RELAY, TCP, TLS, TO_DATA, TO_DATA_OK, UNIX, HangUp, Mail,
                     Pause, Until, case, mail_of, say)

BAD_ARGUMENT = r"501 5\.5\.4 "
UNKNOWN = r"500 5\.5\.2 "
ORDER = r"503 5\.5\.1 "
OK = r"250 2\.0\.0 "
PARAMETER = r"555 5\.5\.4 "
TOO_LONG = r"500 5\.5\.2 Line too long"
LINE_END = r"500 5\.5\.2 Bare CR or LF"
HTTP = r"554 5\.5\.1 "


def refused(name, octets, pattern, **more):
    """One line, one refusal, and the session goes on."""
    return case(name, say(octets, pattern), **more)


def of_line(length, octets=b"NOOP ", fill=b"z"):
    """A command line of so many octets with its CRLF."""
    return octets + fill * (length - len(octets) - 2) + b"\r\n"


GRAMMAR = [
    case("verbs and keywords have no case (RFC 5321, 2.4)",
         say(b"nOoP\r\n", OK), say(b"mAiL fRoM:<zebra@far.example> sIzE=10 bOdY=8bItMiMe\r\n", "250 2.1.0"),
         say(b"rCpT tO:<zebra-ops@example.com> nOtIfY=nEvEr\r\n", "250 2.1.5"), say(b"rSeT\r\n", OK)),
    refused("an unknown verb is 500 (RFC 5321, 4.2.4)", b"XZEBRA\r\n", UNKNOWN),
    refused("an unknown verb with everything behind it is 500 (RFC 5321, 4.2.4)",
            b"ZEBRA FROM:<zebra@far.example> SIZE=1\r\n", UNKNOWN),
    refused("a verb with letters behind it is another verb (RFC 5321, 4.1.1)", b"NOOPS\r\n", UNKNOWN),
    refused("half a verb is none (RFC 5321, 4.1.1)", b"NOO\r\n", UNKNOWN),
    refused("an empty line is no command (RFC 5321, 4.1.1)", b"\r\n", UNKNOWN),
    refused("a line of blanks is no command (RFC 5321, 4.1.1)", b"     \r\n", UNKNOWN),
    refused("a blank before the verb makes it none (RFC 5321, 4.1.1)", b" NOOP\r\n", UNKNOWN),
    case("blanks at the end of a line are tolerated (RFC 5321, 4.1.1)",
         say(b"NOOP   \r\n", OK), say(b"RSET \r\n", OK),
         say(MAIL[:-2] + b"  \r\n", "250 2.1.0"), say(RCPT[:-2] + b" \r\n", "250 2.1.5"),
         say(b"DATA  \r\n", "354 "), say(HEAD + b"x\r\n.\r\n", QUEUED), mails=[Mail(HEAD + b"x\r\n")]),
    refused("a tab does not separate (RFC 5321, 4.1.1)", b"MAIL\tFROM:<zebra@far.example>\r\n", "50[01] 5"),
    refused("a verb of 400 letters is unknown (RFC 5321, 4.2.4)", b"Z" * 400 + b"\r\n", UNKNOWN),
    refused("a verb in 8-bit is unknown (RFC 5321, 2.4)", b"NO\xd6P\r\n", UNKNOWN),
    refused("a terminal escape in a verb is not shown again (RFC 5321, 4.2)", b"\x1b[2Jzebra\r\n", UNKNOWN, alive=False),
    refused("a control octet behind a verb is refused (RFC 5321, 4.1.2)", b"NOOP \x1b]0;zebra\x07\r\n",
            "50[01] 5"),
    refused("a NUL in a verb is refused (RFC 5321, 4.1.2)", b"NO\0OP\r\n", "50[01] 5"),
    refused("a NUL behind a verb is refused, not the end of it (RFC 5321, 4.1.2)", b"NOOP\0 zebra\r\n", "50[01] 5"),
    refused("a line of NULs is no command (RFC 5321, 4.1.2)", b"\0" * 100 + b"\r\n", "50[01] 5", alive=False),
    refused("DEL is a control octet (RFC 5321, 4.1.2)", b"NOOP \x7f\r\n", "50[01] 5"),
    case("NOOP takes a word and forgets it (RFC 5321, 4.1.1.9)", say(b"NOOP zebra %s%n\r\n", OK)),
    case("HELP is one line and knows no more of a verb (RFC 5321, 4.1.1.8)",
         say(b"HELP\r\nHELP MAIL\r\nHELP zebra\r\n", *3 * [r"214 2\.0\.0 "])),
    case("VRFY tells nobody who is here (RFC 5321, 3.5.3 and 7.3)",
         say(b"VRFY root\r\nVRFY zebra\r\nVRFY postmaster\r\nVRFY <zebra@far.example>\r\n",
             *4 * [r"252 2\.5\.0 Not checked"])),
    refused("VRFY wants a name (RFC 5321, 4.1.1.6)", b"VRFY\r\n", BAD_ARGUMENT),
    refused("EXPN is not there (RFC 5321, 3.5.2)", b"EXPN zebra\r\n", r"502 5\.5\.1 "),
    case("verbs of other times are refused (RFC 5321, F.1 and F.6)",
         say(b"TURN\r\nSEND FROM:<zebra@far.example>\r\nSOML FROM:<zebra@far.example>\r\nETRN zebra\r\n",
             *4 * ["50[02] 5"])),
    refused("QUIT takes nothing (RFC 5321, 4.1.1.10)", b"QUIT zebra\r\n", BAD_ARGUMENT),
    refused("RSET takes nothing (RFC 5321, 4.1.1.5)", b"RSET zebra\r\n", BAD_ARGUMENT),
    case("DATA takes nothing (RFC 5321, 4.1.1.4)",
         say(MAIL + RCPT + b"DATA zebra\r\n", "250", "250", BAD_ARGUMENT)),
    case("QUIT ends the session, and what stands behind it is not run (RFC 5321, 4.1.1.10)",
         say(b"QUIT\r\n" + TO_DATA + b"x\r\n.\r\n", r"221 2\.0\.0 "), alive=False),
    refused("MAIL without anything (RFC 5321, 4.1.1.2)", b"MAIL\r\n", BAD_ARGUMENT),
    refused("MAIL FROM without a colon (RFC 5321, 4.1.1.2)", b"MAIL FROM <zebra@far.example>\r\n", BAD_ARGUMENT),
    refused("MAIL with a blank before the colon (RFC 5321, 4.1.1.2)", b"MAIL FROM :<zebra@far.example>\r\n",
            BAD_ARGUMENT),
    refused("MAIL without FROM (RFC 5321, 4.1.1.2)", b"MAIL <zebra@far.example>\r\n", BAD_ARGUMENT),
    refused("MAIL TO (RFC 5321, 4.1.1.2)", b"MAIL TO:<zebra@far.example>\r\n", BAD_ARGUMENT),
    refused("MAIL FROM: and nothing behind it (RFC 5321, 4.1.1.2)", b"MAIL FROM:\r\n", "501 5"),
    refused("MAILFROM in one word (RFC 5321, 4.1.1.2)", b"MAILFROM:<zebra@far.example>\r\n", UNKNOWN),
    case("RCPT FROM (RFC 5321, 4.1.1.3)", say(MAIL + b"RCPT FROM:<zebra@far.example>\r\n", "250", BAD_ARGUMENT)),
    case("RCPT without anything (RFC 5321, 4.1.1.3)", say(MAIL + b"RCPT\r\n", "250", BAD_ARGUMENT)),
]


def hello(name, argument, *replies, verb=b"EHLO "):
    return case(name, say(verb + argument + b"\r\n", *replies or (BAD_ARGUMENT,)))


GREETINGS = [
    hello("EHLO without a name (RFC 5321, 4.1.1.1)", b""),
    hello("HELO without a name (RFC 5321, 4.1.1.1)", b"", verb=b"HELO "),
    hello("EHLO with two names (RFC 5321, 4.1.1.1)", b"zebra zebra"),
    hello("EHLO with an address (RFC 5321, 4.1.1.1)", b"<zebra@far.example>"),
    hello("EHLO with a control octet (RFC 5321, 4.1.2)", b"zebra\x01"),
    hello("EHLO with a NUL (RFC 5321, 4.1.2)", b"zebra\0.example"),
    hello("EHLO in 8-bit (RFC 5321, 4.1.2)", b"z\xebbra.example"),
    hello("EHLO with a comment for the Received field (RFC 5321, 4.4)", b"zebra(by"),
    hello("EHLO with 256 octets (RFC 5321, 4.5.3.1.2)", b"z" * 256),
    hello("EHLO with 255 octets is good (RFC 5321, 4.5.3.1.2)", b"z" * 255, "250-gw1"),
    hello("EHLO with an IPv4 literal is good (RFC 5321, 4.1.3)", b"[192.0.2.1]", "250-gw1"),
    hello("EHLO with an IPv6 literal is good (RFC 5321, 4.1.3)", b"[IPv6:2001:db8::1]", "250-gw1"),
    hello("EHLO with an underscore is taken, as hosts have them (RFC 5321, 4.1.4)", b"zebra_1", "250-gw1"),
    hello("HELO is answered with one line (RFC 5321, 4.1.1.1)", b"zebra", "250 gw1", verb=b"HELO "),
    case("HELO in place of EHLO takes mail as well (RFC 5321, 3.2)", say(b"HELO zebra.far.example\r\n", "250 gw1"),
         mail_of(HEAD + b"x\r\n.\r\n"), hello=False, doors=(TCP, UNIX), mails=[Mail(HEAD + b"x\r\n")]),
    case("what is there without a hello (RFC 5321, 4.1.4)",
         say(b"NOOP\r\nRSET\r\nHELP\r\nVRFY zebra\r\n", OK, OK, "214 ", "252 "), hello=False),
    case("QUIT needs no hello (RFC 5321, 4.1.4)", say(b"QUIT\r\n", r"221 2\.0\.0 "), hello=False, alive=False),
    case("what wants a hello first (RFC 5321, 4.1.4)",
         say(TO_DATA, *3 * [r"503 5\.5\.1 Say EHLO"]), hello=False),
    case("a second EHLO is as RSET (RFC 5321, 4.1.4)", say(MAIL + RCPT, "250", "250"), say(HELLO, "250-gw1"),
         say(RCPT + b"DATA\r\n", ORDER, ORDER), mail_of(HEAD + b"x\r\n.\r\n"), mails=[Mail(HEAD + b"x\r\n")]),
    case("an EHLO that is refused forgets nothing (RFC 5321, 4.1.4)",
         say(MAIL + RCPT + b"EHLO\r\nDATA\r\n", "250", "250", BAD_ARGUMENT, "354 "),
         say(HEAD + b"x\r\n.\r\n", QUEUED), mails=[Mail(HEAD + b"x\r\n")]),
]

ORDERS = [
    refused("RCPT without MAIL (RFC 5321, 4.1.4)", RCPT, ORDER),
    refused("DATA without MAIL (RFC 5321, 4.1.4)", b"DATA\r\n", ORDER),
    case("DATA without RCPT (RFC 5321, 4.1.4)", say(MAIL + b"DATA\r\n", "250", r"(503|554) 5\.5\.1 ")),
    case("MAIL in a mail (RFC 5321, 4.1.4)", say(MAIL + MAIL, "250", ORDER), say(RCPT + b"RSET\r\n", "250", "250")),
    case("MAIL behind RCPT (RFC 5321, 4.1.4)", say(MAIL + RCPT + MAIL, "250", "250", ORDER)),
    case("DATA when no recipient was taken (RFC 5321, 3.3)",
         say(MAIL + b"RCPT TO:<zebra>\r\nDATA\r\n", "250", r"550 5\.1\.1 ", r"554 5\.5\.1 ")),
    case("RSET forgets the mail (RFC 5321, 4.1.1.5)",
         say(MAIL + RCPT + b"RSET\r\n" + RCPT + b"DATA\r\n", "250", "250", OK, ORDER, ORDER)),
    case("a mail has its own sender and recipients only (RFC 5321, 3.3)",
         say(b"MAIL FROM:<zebra-1@far.example>\r\nRCPT TO:<zebra-1@example.com>\r\n", "250", "250"),
         say(b"DATA\r\n", "354 "), say(HEAD + b"1\r\n.\r\n", QUEUED), say(RCPT, ORDER), say(b"DATA\r\n", ORDER),
         mail_of(HEAD + b"2\r\n.\r\n"),
         mails=[Mail(HEAD + b"1\r\n", "zebra-1@far.example", ("zebra-1@example.com",)), Mail(HEAD + b"2\r\n")]),
    case("a refused RCPT is no recipient, and the others stay (RFC 5321, 3.3)",
         say(MAIL + b"RCPT TO:<zebra-1@example.com>\r\nRCPT TO:<zebra>\r\nRCPT TO:<zebra@denied.test>\r\n"
             b"RCPT TO:<zebra-2@example.com>\r\nDATA\r\n", "250", "250", "550 5.1.1 ", "550 5.7.1 ", "250", "354 "),
         say(HEAD + b"x\r\n.\r\n", QUEUED),
         mails=[Mail(HEAD + b"x\r\n", recipients=("zebra-1@example.com", "zebra-2@example.com"))]),
    case("the same recipient twice gets one (RFC 5321, 3.3)", say(MAIL + RCPT + RCPT + b"DATA\r\n", *3 * ["250"], "354 "),
         say(HEAD + b"x\r\n.\r\n", QUEUED), mails=[Mail(HEAD + b"x\r\n")]),
    case("101 recipients: 100 are taken, the last may come again (RFC 5321, 4.5.3.1.8 and .10)",
         say(MAIL + b"".join(b"RCPT TO:<zebra%d@example.com>\r\n" % number for number in range(101)),
             *101 * ["250 2.1"], r"452 4\.5\.3 ")),
    case("a client that goes away in its data has sent no mail (RFC 5321, 4.1.1.10)",
         say(TO_DATA + HEAD + b"half\r\n", *TO_DATA_OK), Pause(0.1), HangUp(), alive=False),
    case("a client that goes away behind a dot without its line end has sent no mail (RFC 5321, 4.1.1.4)",
         say(TO_DATA + HEAD + b"half\r\n.\r", *TO_DATA_OK), Pause(0.1), HangUp(), alive=False),
]

LENGTHS = [
    case("a line of 512 octets (RFC 5321, 4.5.3.1.4)", say(of_line(512), OK)),
    case("a line of 513 octets runs whole or not at all (RFC 5321, 4.5.3.1.4)",
         say(of_line(513), f"{OK}|{TOO_LONG}")),
    case("a line of 2048 octets runs whole or not at all (RFC 5321, 4.5.3.1.4)",
         say(of_line(2048), f"{OK}|{TOO_LONG}")),
    refused("a line of 2049 octets (RFC 5321, 4.5.3.1.4)", of_line(2049), TOO_LONG),
    refused("the tail of a long line does not run (RFC 5321, 4.5.3.1.4)",
            b"NOOP ".ljust(2048, b"z") + MAIL, TOO_LONG),
    refused("what stands at the end of each 512 octets of a long line does not run (RFC 5321, 4.5.3.1.4)",
            b"".join(MAIL[:-2].ljust(512) for _ in range(40)) + b"\r\n", TOO_LONG),
    case("a line of 1 MB is refused once, and the next one runs (RFC 5321, 4.5.3.1.4)",
         say(of_line(1 << 20) + MAIL, TOO_LONG, "250 2.1.0")),
    refused("1 MB of bare LF (RFC 5321, 2.3.8)", b"NOOP\n" * 200000 + b"\r\n", "500 5"),
    refused("a long line that ends with a bare LF does not end there (RFC 5321, 4.5.3.1.4)",
            b"z" * 3000 + b"\nNOOP\r\n", "500 5"),
    case("a long line in a mail leaves the mail as it was (RFC 5321, 4.5.3.1.4)",
         say(MAIL + RCPT + b"RCPT TO:<" + b"z" * 3000 + b"@example.com>\r\nDATA\r\n", "250", "250", TOO_LONG, "354 "),
         say(HEAD + b"x\r\n.\r\n", QUEUED), mails=[Mail(HEAD + b"x\r\n")]),
    case("a line in many segments is one line (RFC 5321, 2.3.8)",
         say(b"NO"), Pause(0.05), say(b"OP\r"), Pause(0.05), say(b"\n", OK)),
]

LINE_ENDS = [
    refused("a bare LF does not end a command (RFC 5321, 2.3.8)", b"NOOP\nNOOP\r\n", LINE_END),
    refused("a bare CR does not end a command (RFC 5321, 2.3.8)", b"NOOP\rNOOP\r\n", LINE_END),
    refused("CR CR LF does not end a command well (RFC 5321, 2.3.8)", b"NOOP\r\r\n", LINE_END),
    refused("a bare LF before CRLF (RFC 5321, 2.3.8)", b"NOOP\n\r\n", LINE_END),
    refused("a whole mail with bare LF is one bad line (RFC 5321, 2.3.8)",
            TO_DATA.replace(b"\r\n", b"\n") + b"x\n.\n\r\n", LINE_END),
    case("a bare LF in MAIL (RFC 5321, 2.3.8)", say(MAIL[:-2] + b"\n" + RCPT, LINE_END), say(RCPT, ORDER)),
    case("a bare CR in RCPT (RFC 5321, 2.3.8)",
         say(MAIL + b"RCPT TO:<zebra\r@example.com>\r\n", "250", LINE_END), say(b"DATA\r\n", "50[34] 5|554 5")),
    refused("CR NUL LF does not end a command (RFC 5321, 2.3.8)", b"NOOP\r\0\nNOOP\r\n", LINE_END),
]


def mail_with(name, parameters, pattern="250 2.1.0", **more):
    return case(name, say(MAIL[:-2] + b" " + parameters + b"\r\n", pattern), **more)


def rcpt_with(name, parameters, pattern="250 2.1.5", **more):
    return case(name, say(MAIL + RCPT[:-2] + b" " + parameters + b"\r\n", "250", pattern), **more)


PARAMETERS = [
    mail_with("SIZE=0 is a size (RFC 1870, 6)", b"SIZE=0"),
    mail_with("SIZE that is just the limit (RFC 1870, 6.1)", b"SIZE=2097152"),
    mail_with("SIZE over the limit by one (RFC 1870, 6.1)", b"SIZE=2097153", r"552 5\.3\.4 "),
    mail_with("SIZE that would be 10 in 32 bits (RFC 1870, 6.1)", b"SIZE=4294967306", r"552 5\.3\.4 "),
    mail_with("SIZE that would be 1 in 64 bits (RFC 1870, 6.1)", b"SIZE=18446744073709551617", r"552 5\.3\.4 "),
    mail_with("SIZE of 21 digits (RFC 1870, 3)", b"SIZE=000000000000000000001", BAD_ARGUMENT),
    mail_with("SIZE that is a word (RFC 1870, 6)", b"SIZE=zebra", BAD_ARGUMENT),
    mail_with("SIZE with nothing behind it (RFC 1870, 6)", b"SIZE=", BAD_ARGUMENT),
    mail_with("SIZE without a value (RFC 1870, 6)", b"SIZE", BAD_ARGUMENT),
    mail_with("SIZE below zero (RFC 1870, 6)", b"SIZE=-1", BAD_ARGUMENT),
    mail_with("SIZE with a sign (RFC 1870, 6)", b"SIZE=+5", BAD_ARGUMENT),
    mail_with("SIZE in hexadecimal (RFC 1870, 6)", b"SIZE=0x10", BAD_ARGUMENT),
    mail_with("SIZE with an exponent (RFC 1870, 6)", b"SIZE=1e3", BAD_ARGUMENT),
    mail_with("SIZE twice (RFC 5321, 4.1.1.11)", b"SIZE=1 SIZE=1", BAD_ARGUMENT),
    mail_with("SIZE that is smaller than the mail is a guess only (RFC 1870, 6.3)", b"SIZE=1"),
    rcpt_with("SIZE at RCPT (RFC 1870, 3)", b"SIZE=1", PARAMETER),
    mail_with("BODY=7BIT (RFC 6152, 2)", b"BODY=7BIT"),
    mail_with("BODY=BINARYMIME, which is not offered (RFC 3030, 3)", b"BODY=BINARYMIME", r"(501|555) 5\.5\.4 "),
    mail_with("BODY with nothing behind it (RFC 6152, 2)", b"BODY=", BAD_ARGUMENT),
    mail_with("BODY that nobody knows (RFC 6152, 2)", b"BODY=zebra", BAD_ARGUMENT),
    mail_with("BODY twice (RFC 5321, 4.1.1.11)", b"BODY=7BIT BODY=8BITMIME", BAD_ARGUMENT),
    case("8-bit without BODY=8BITMIME is kept all the same (RFC 6152, 3)", mail_of(HEAD + b"\xe4\xff\x80\r\n.\r\n"),
         mails=[Mail(HEAD + b"\xe4\xff\x80\r\n")]),
    mail_with("RET=FULL (RFC 3461, 4.3)", b"RET=FULL"),
    mail_with("RET=HDRS (RFC 3461, 4.3)", b"RET=hdrs"),
    mail_with("RET that nobody knows (RFC 3461, 4.3)", b"RET=zebra", BAD_ARGUMENT),
    mail_with("RET with nothing behind it (RFC 3461, 4.3)", b"RET=", BAD_ARGUMENT),
    mail_with("RET twice (RFC 3461, 4.3)", b"RET=FULL RET=FULL", BAD_ARGUMENT),
    rcpt_with("RET at RCPT (RFC 3461, 4.3)", b"RET=FULL", PARAMETER),
    mail_with("ENVID in xtext (RFC 3461, 4.4)", b"ENVID=zebra+2B1"),
    mail_with("ENVID of 100 octets (RFC 3461, 4.4)", b"ENVID=" + b"z" * 100),
    mail_with("ENVID of 101 octets (RFC 3461, 4.4)", b"ENVID=" + b"z" * 101, BAD_ARGUMENT),
    mail_with("ENVID with a plus that is not xtext (RFC 3461, 4)", b"ENVID=zebra+zz", BAD_ARGUMENT),
    mail_with("ENVID in lower hexadecimal (RFC 3461, 4)", b"ENVID=zebra+2b", BAD_ARGUMENT),
    mail_with("ENVID that ends within a plus (RFC 3461, 4)", b"ENVID=zebra+2", BAD_ARGUMENT),
    mail_with("ENVID with a bare equals sign (RFC 3461, 4)", b"ENVID=zebra=1", BAD_ARGUMENT),
    mail_with("ENVID with nothing behind it (RFC 3461, 4.4)", b"ENVID=", BAD_ARGUMENT),
    mail_with("ENVID twice (RFC 3461, 4.4)", b"ENVID=zebra ENVID=zebra", BAD_ARGUMENT),
    rcpt_with("NOTIFY=NEVER (RFC 3461, 4.1)", b"NOTIFY=NEVER"),
    rcpt_with("NOTIFY with all three (RFC 3461, 4.1)", b"NOTIFY=SUCCESS,FAILURE,DELAY"),
    rcpt_with("NOTIFY=NEVER with another (RFC 3461, 4.1)", b"NOTIFY=NEVER,SUCCESS", BAD_ARGUMENT),
    rcpt_with("NOTIFY with an empty word (RFC 3461, 4.1)", b"NOTIFY=SUCCESS,,DELAY", BAD_ARGUMENT),
    rcpt_with("NOTIFY that ends with a comma (RFC 3461, 4.1)", b"NOTIFY=SUCCESS,", BAD_ARGUMENT),
    rcpt_with("NOTIFY with nothing behind it (RFC 3461, 4.1)", b"NOTIFY=", BAD_ARGUMENT),
    rcpt_with("NOTIFY that nobody knows (RFC 3461, 4.1)", b"NOTIFY=zebra", BAD_ARGUMENT),
    rcpt_with("NOTIFY twice (RFC 3461, 4.1)", b"NOTIFY=NEVER NOTIFY=NEVER", BAD_ARGUMENT),
    mail_with("NOTIFY at MAIL (RFC 3461, 4.1)", b"NOTIFY=NEVER", PARAMETER),
    rcpt_with("ORCPT in xtext (RFC 3461, 4.2)", b"ORCPT=rfc822;zebra+40far.example"),
    rcpt_with("ORCPT without a kind (RFC 3461, 4.2)", b"ORCPT=;zebra", BAD_ARGUMENT),
    rcpt_with("ORCPT without a semicolon (RFC 3461, 4.2)", b"ORCPT=rfc822", BAD_ARGUMENT),
    rcpt_with("ORCPT without an address (RFC 3461, 4.2)", b"ORCPT=rfc822;", BAD_ARGUMENT),
    rcpt_with("ORCPT that is not xtext (RFC 3461, 4.2)", b"ORCPT=rfc822;zebra+GG", BAD_ARGUMENT),
    rcpt_with("ORCPT of 600 octets (RFC 3461, 4.2)", b"ORCPT=rfc822;" + b"z" * 600, BAD_ARGUMENT),
    rcpt_with("ORCPT twice (RFC 3461, 4.2)", b"ORCPT=rfc822;zebra ORCPT=rfc822;zebra", BAD_ARGUMENT),
    case("what was asked about reports is kept (RFC 3461, 4)",
         say(MAIL[:-2] + b" RET=HDRS ENVID=zebra+2B1\r\n" + RCPT[:-2] + b" NOTIFY=SUCCESS,DELAY ORCPT=rfc822;zebra+2B"
             b"@far.example\r\nDATA\r\n", *TO_DATA_OK), say(HEAD + b"x\r\n.\r\n", QUEUED),
         mails=[Mail(HEAD + b"x\r\n", values={"ret": ["HDRS"], "envid": ["zebra+2B1"], "notify": ["SUCCESS,DELAY"],
                                              "orcpt": ["rfc822;zebra+2B@far.example"]})]),
    mail_with("AUTH= is taken where AUTH is offered (RFC 4954, 5)", b"AUTH=zebra+40far.example", doors=[TLS]),
    mail_with("AUTH=<> (RFC 4954, 5)", b"AUTH=<>", doors=[TLS]),
    mail_with("AUTH= that is not xtext (RFC 4954, 5)", b"AUTH=zebra+zz", BAD_ARGUMENT, doors=[TLS]),
    mail_with("AUTH= where AUTH is not offered (RFC 4954, 5)", b"AUTH=<>", PARAMETER, doors=[UNIX]),
    mail_with("SMTPUTF8 where it is not offered (RFC 6531, 3.4)", b"SMTPUTF8", PARAMETER),
    mail_with("SMTPUTF8 with a value (RFC 6531, 3.4)", b"SMTPUTF8=1", BAD_ARGUMENT, doors=[RELAY]),
    mail_with("SMTPUTF8 twice (RFC 5321, 4.1.1.11)", b"SMTPUTF8 SMTPUTF8", BAD_ARGUMENT, doors=[RELAY]),
    rcpt_with("SMTPUTF8 at RCPT (RFC 6531, 3.4)", b"SMTPUTF8", PARAMETER, doors=[RELAY]),
    mail_with("an unknown parameter at MAIL (RFC 5321, 4.1.1.11)", b"XZEBRA=1", PARAMETER),
    mail_with("a known and an unknown parameter (RFC 5321, 4.1.1.11)", b"SIZE=1 XZEBRA", PARAMETER),
    mail_with("a parameter without a name (RFC 5321, 4.1.2)", b"=zebra", r"(501|555) 5\.5\.4 "),
    rcpt_with("an unknown parameter at RCPT (RFC 5321, 4.1.1.11)", b"XZEBRA=1", PARAMETER),
    mail_with("a control octet in a parameter (RFC 5321, 4.1.2)", b"ENVID=zebra\x07", "501 5"),
    mail_with("8-bit in a parameter (RFC 5321, 4.1.2)", b"ENVID=z\xebbra", "501 5"),
    mail_with("a hundred parameters (RFC 5321, 4.1.1.11)", b" ".join(b"X%d=z" % number for number in range(100)),
              PARAMETER),
    case("a parameter that is glued to the path (RFC 5321, 4.1.1.2)", say(MAIL[:-2] + b"SIZE=1\r\n", "501 5")),
    case("a refused MAIL begins nothing (RFC 5321, 4.1.4)", say(MAIL[:-2] + b" SIZE=zebra\r\n" + RCPT, BAD_ARGUMENT, ORDER)),
]

PIPELINES = [
    case("a whole session in one segment (RFC 2920, 3.1)",
         say(MAIL + RCPT + b"DATA\r\n" + HEAD + b"1\r\n.\r\n" + TO_DATA + HEAD + b"2\r\n.\r\nQUIT\r\n",
             *TO_DATA_OK, QUEUED, *TO_DATA_OK, QUEUED, "221 2.0.0"), alive=False,
         mails=[Mail(HEAD + b"1\r\n"), Mail(HEAD + b"2\r\n")]),
    case("each octet in a segment of its own (RFC 2920, 3.1)",
         *[say(bytes([octet])) for octet in TO_DATA + HEAD + b".x\r\n..\r\n.\r\n"],
         say(b"", *TO_DATA_OK, QUEUED), mails=[Mail(HEAD + b"x\r\n.\r\n")]),
    case("replies come in the order of the commands (RFC 2920, 3.2)",
         say(b"NOOP\r\nVRFY zebra\r\n" + MAIL + b"RCPT TO:<zebra\r\nXZEBRA\r\nHELP\r\n" + RCPT + MAIL + b"RSET\r\n",
             OK, "252 ", "250 2.1.0", "501 5.1.3", UNKNOWN, "214 ", "250 2.1.5", ORDER, OK)),
    case("text behind a DATA that was refused is no mail (RFC 2920, 3.1)",
         say(MAIL + b"DATA\r\nSubject: zebra\r\n\r\nzebra\r\n.\r\n", "250", r"(503|554) 5\.5\.1 ", *4 * ["500 5"])),
    case("200 commands in one segment get 200 replies (RFC 2920, 3.2)", say(200 * b"NOOP\r\n", *200 * [OK])),
]

OTHER_PROTOCOLS = [
    case(f"{verb.decode()} of HTTP ends the session, and its body is not run (threats, 10)",
         say(verb + b" / HTTP/1.1\r\nHost: zebra\r\n\r\n" + HELLO + TO_DATA + b"x\r\n.\r\n", HTTP), alive=False)
    for verb in (b"GET", b"POST", b"HEAD", b"PUT", b"OPTIONS", b"CONNECT", b"DELETE", b"TRACE", b"PATCH")
] + [
    case("HTTP of its first days ends the session (threats, 10)", say(b"GET /zebra\r\n", HTTP), alive=False),
    case("a verb that HTTP may have some day ends the session (RFC 9110, 16.1)",
         say(b"ZEBRA / HTTP/1.1\r\nHost: zebra\r\n\r\n", HTTP), alive=False),
    case("HTTP without a hello ends the session (threats, 10)",
         say(b"POST / HTTP/1.1\r\nContent-Length: 90\r\n\r\n" + HELLO + TO_DATA + b"x\r\n.\r\n", HTTP),
         hello=False, alive=False),
    case("HTTP in small letters ends the session (threats, 10)", say(b"get /zebra http/1.0\r\n\r\n", HTTP), alive=False),
    case("HTTP/2 ends the session (RFC 9113, 3.4)", say(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", HTTP), alive=False),
    case("HTTP in the middle of a mail ends the session (threats, 10)",
         say(MAIL + RCPT + b"GET / HTTP/1.1\r\nHost: zebra\r\n\r\n", "250", "250", HTTP), alive=False),
    case("a TLS greeting in clear is no command (RFC 8446, 5.1)",
         say(b"\x16\x03\x01\x00\x31\x01\x00\x00\x2d\x03\x03" + b"\x2a" * 40, "500 5"), doors=[TCP, UNIX],
         alive=False),
    case("what begins with 8-bit is no command, and nothing behind it is run (threats, 10)",
         say(b"\x80\x2e\x01\x00\x02\r\n" + MAIL, "500 5"), alive=False),
    refused("a greeting of SSH is no command (RFC 4253, 4.2)", b"SSH-2.0-zebra\r\n", "500 5"),
    refused("a greeting of SOCKS is no command (RFC 1928, 3)", b"\x05\x01\x00\r\n", "500 5", alive=False),
    refused("a greeting of LMTP is no command here (RFC 2033, 4.1)", b"LHLO zebra\r\n", "500 5"),
    refused("every octet there is (RFC 5321, 2.4)", bytes(octet for octet in range(256) if octet not in b"\r\n") + b"\r\n",
            "50[01] 5", alive=False),
    refused("an AT command is no command (threats, 1)", b"AT+QSMTPDST=1,1,\"zebra@far.example\"\r\n", "500 5"),
    refused("three plus signs are no command (threats, 1)", b"+++\r\n", "500 5"),
]

TOO_MUCH = [
    case("twenty bad commands in a row end the session (RFC 5321, 7.8)",
         say(30 * b"XZEBRA\r\n", *20 * [UNKNOWN], r"421 4\.7\.0 "), alive=False),
    case("bad commands with good ones between them do not (RFC 5321, 7.8)",
         say(30 * b"XZEBRA\r\nNOOP\r\n", *30 * [UNKNOWN, OK])),
    case("refused recipients alone do not (RFC 5321, 7.8)",
         say(MAIL + 60 * b"RCPT TO:<zebra>\r\n", "250", *60 * [r"550 5\.1\.1 "])),
    case("commands that come to no mail have an end (RFC 5321, 7.8)",
         say(400 * b"NOOP\r\n", *200 * [OK]), Until(r"421 4\.7\.0 ", OK), alive=False),
]

CASES = (GRAMMAR + GREETINGS + ORDERS + LENGTHS + LINE_ENDS + PARAMETERS + PIPELINES + OTHER_PROTOCOLS
         + TOO_MUCH)
