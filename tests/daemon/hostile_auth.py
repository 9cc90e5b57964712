# SPDX-License-Identifier: ISC
"""STARTTLS, AUTH, and those who are let in by neither (RFC 3207, 4954, 4616)."""

import base64

from hostile import (HEAD, HELLO, INSIDE, MAIL, PASSWORD, RCPT, STRANGER, TCP, TLS, TO_DATA, UNIX, USER, Handshake,
                     Mail, case, mail_of, say)
from hostile_content import bdat
from secure import plain

NEED_AUTH = r"530 5\.7\.0 "
ORDER = r"503 5\.5\.1 "
BAD_TEXT = r"501 5\.5\.2 "
REFUSED = r"535 5\.7\.8 "
AUTHENTICATED = r"235 2\.7\.0 "
GO = r"220 2\.0\.0 "
OK = r"250 2\.0\.0 "
RIGHT = plain(USER, PASSWORD)
ASKS_NAME, ASKS_PASSWORD = "334 VXNlcm5hbWU6$", "334 UGFzc3dvcmQ6$"
CLEAR = (TCP, STRANGER)


def coded(text):
    return base64.b64encode(text.encode() if isinstance(text, str) else text)


def initial(text):
    """AUTH PLAIN with these octets."""
    return b"AUTH PLAIN " + coded(text) + b"\r\n"


def inside(name, *steps, **more):
    return case(name, *steps, doors=more.pop("doors", [INSIDE]), **more)


def bad_response(name, line, pattern=BAD_TEXT):
    """An exchange that fails, and behind it a right one that does not."""
    return inside(name, say(line, pattern), say(RIGHT, AUTHENTICATED))


START_TLS = [
    case("STARTTLS with an argument (RFC 3207, 4)", say(b"STARTTLS zebra\r\n", r"501 5\.5\.4 "), doors=CLEAR),
    case("STARTTLS to a local user is not offered (RFC 3207, 4)", say(b"STARTTLS\r\n", "50[0-4] 5"), doors=[UNIX]),
    case("STARTTLS in TLS (RFC 3207, 4.2)", say(b"STARTTLS\r\n", ORDER), doors=[TLS, INSIDE]),
    case("STARTTLS forgets the hello (RFC 3207, 4.2)", say(b"STARTTLS\r\n", GO), Handshake(), say(MAIL, ORDER),
         say(RIGHT, ORDER), say(HELLO, "250-gw1"), doors=CLEAR),
    case("RSET does not bring back what STARTTLS forgot (RFC 3207, 4.2)", say(b"STARTTLS\r\n", GO), Handshake(),
         say(b"RSET\r\n", OK), say(MAIL, ORDER), doors=CLEAR),
    case("STARTTLS in a mail forgets it (RFC 3207, 4.2)", say(MAIL + RCPT + b"STARTTLS\r\n", "250", "250", GO), Handshake(),
         say(b"DATA\r\n", ORDER), say(HELLO, "250-gw1"), say(b"DATA\r\n", ORDER), doors=[TCP]),
    case("what stands behind STARTTLS is not run (CVE-2011-0411)", say(b"STARTTLS\r\nNOOP\r\nXZEBRA\r\n" + HELLO + TO_DATA, GO),
         Handshake(), say(MAIL, ORDER), doors=CLEAR),
    case("half a line behind STARTTLS is not run (CVE-2011-0411)", say(b"STARTTLS\r\nNOOP zebra", GO),
         Handshake(), say(b"\r\n", r"500 5\.5\.2 "), doors=CLEAR),
    case("AUTH behind STARTTLS in clear is not run (CVE-2011-0411)", say(b"STARTTLS\r\n" + HELLO + RIGHT, GO), Handshake(),
         say(HELLO, "250-gw1"), say(MAIL, NEED_AUTH), doors=[STRANGER]),
    case("two STARTTLS at once are one (RFC 3207, 4.2)", say(b"STARTTLS\r\nSTARTTLS\r\n", GO), Handshake(),
         say(HELLO, "250-gw1"), doors=CLEAR),
]

STRANGERS = [
    case("a stranger is told what is wanted (RFC 4954, 6)", say(MAIL + RCPT + b"DATA\r\n", NEED_AUTH, ORDER, ORDER),
         doors=[STRANGER, INSIDE]),
    case("a stranger's bounce is no exception (RFC 4954, 6)", say(b"MAIL FROM:<>\r\n", NEED_AUTH), doors=[STRANGER, INSIDE]),
    case("a stranger's mail to postmaster is none (RFC 4954, 6)", say(MAIL + b"RCPT TO:<postmaster>\r\n", NEED_AUTH, ORDER),
         doors=[STRANGER, INSIDE]),
    case("a stranger who says AUTH= is one still (RFC 4954, 5)", say(MAIL[:-2] + b" AUTH=zebra\r\n", f"{NEED_AUTH}|555 5"),
         doors=[STRANGER, INSIDE]),
    case("a stranger's chunk is swallowed, not run (RFC 3030, 2)",
         say(MAIL + RCPT + bdat(MAIL + RCPT + b"XZEBRA\r\n"), NEED_AUTH, ORDER, ORDER), doors=[STRANGER, INSIDE]),
    case("a stranger who claims to be us is one still (RFC 5321, 4.1.4)",
         say(b"EHLO localhost\r\n" + MAIL, "250-gw1", NEED_AUTH), say(b"EHLO [127.0.0.1]\r\n" + MAIL, "250-gw1", NEED_AUTH),
         doors=[STRANGER, INSIDE]),
    case("a stranger learns nothing by VRFY (RFC 5321, 7.3)", say(b"VRFY zebra\r\nVRFY postmaster\r\n", "252", "252"),
         doors=[STRANGER, INSIDE]),
]

EXCHANGES = [
    case("AUTH in clear is refused, with the response or without (RFC 4954, 4)",
         say(RIGHT + b"AUTH LOGIN\r\nAUTH PLAIN\r\n", *3 * [r"538 5\.7\.11 "]), doors=CLEAR),
    case("AUTH to a local user is not offered (RFC 4954, 4)", say(RIGHT, "50[0-4] 5"), doors=[UNIX]),
    case("AUTH before EHLO (RFC 4954, 4)", say(RIGHT, ORDER), doors=[INSIDE], hello=False),
    inside("AUTH PLAIN with its response (RFC 4616, 2)", say(RIGHT, AUTHENTICATED), say(MAIL, "250 2.1.0")),
    inside("AUTH PLAIN whose response follows (RFC 4954, 4)", say(b"AUTH PLAIN\r\n", "334 $"),
           say(RIGHT[11:], AUTHENTICATED), say(MAIL, "250 2.1.0")),
    inside("AUTH LOGIN (draft-murchison-sasl-login, 2)", say(b"AUTH LOGIN\r\n", ASKS_NAME),
           say(coded(USER) + b"\r\n", ASKS_PASSWORD), say(coded(PASSWORD) + b"\r\n", AUTHENTICATED), say(MAIL, "250 2.1.0")),
    inside("AUTH LOGIN with the name (draft-murchison-sasl-login, 2)", say(b"auth login " + coded(USER) + b"\r\n", ASKS_PASSWORD),
           say(coded(PASSWORD) + b"\r\n", AUTHENTICATED)),
    inside("who acts for themselves may say so (RFC 4616, 2)", say(initial(f"{USER}\0{USER}\0{PASSWORD}"), AUTHENTICATED)),
    bad_response("who acts for somebody else may not (RFC 4616, 2)", initial(f"zebra-chief\0{USER}\0{PASSWORD}"), "5[03][15] 5"),
    bad_response("AUTH without a mechanism (RFC 4954, 4)", b"AUTH\r\n", r"50[14] 5\.5\.4 "),
    bad_response("AUTH with a mechanism that is not offered (RFC 4954, 4)", b"AUTH CRAM-MD5\r\n", r"504 5\.5\.4 "),
    bad_response("AUTH ANONYMOUS (RFC 4505, 2)", b"AUTH ANONYMOUS emVicmE=\r\n", r"504 5\.5\.4 "),
    bad_response("AUTH EXTERNAL (RFC 4422, A)", b"AUTH EXTERNAL =\r\n", r"504 5\.5\.4 "),
    bad_response("a response that is not base64 (RFC 4954, 4)", b"AUTH PLAIN !zebra!\r\n"),
    bad_response("base64 without its padding (RFC 4648, 3.2)", initial(f"\0{USER}\0zebra").replace(b"=", b"")
                 if b"=" in initial(f"\0{USER}\0zebra") else initial(f"\0{USER}\0zebras").replace(b"=", b"")),
    bad_response("base64 with something behind its padding (RFC 4648, 3.3)", b"AUTH PLAIN emVicmE=emVicmE=\r\n"),
    bad_response("base64 with a blank in it (RFC 4648, 3.3)", b"AUTH PLAIN AHplYnJh AHg=\r\n"),
    bad_response("base64 with bits left over (RFC 4648, 3.5)", b"AUTH PLAIN AHplYnJhAHh=\r\n"),
    bad_response("base64 of URLs (RFC 4648, 5)", b"AUTH PLAIN AHplYnJhAHg_-_==\r\n"),
    bad_response("a response with a NUL on the line (RFC 4954, 4)", b"AUTH PLAIN AHpl\0YnJh\r\n", "50[01] 5"),
    bad_response("PLAIN with nothing in it (RFC 4616, 2)", b"AUTH PLAIN =\r\n"),
    bad_response("PLAIN without a NUL (RFC 4616, 2)", initial("zebra")),
    bad_response("PLAIN with one NUL (RFC 4616, 2)", initial(f"{USER}\0{PASSWORD}")),
    bad_response("PLAIN with a fourth field (RFC 4616, 2)", initial(f"\0{USER}\0{PASSWORD}\0zebra")),
    bad_response("PLAIN with a NUL at its end (RFC 4616, 2)", initial(f"\0{USER}\0{PASSWORD}\0")),
    bad_response("PLAIN without a name (RFC 4616, 2)", initial(f"\0\0{PASSWORD}"), "5[03][15] 5"),
    bad_response("PLAIN without a password (RFC 4616, 2)", initial(f"\0{USER}\0"), "5[03][15] 5"),
    inside("an exchange is cancelled with a star (RFC 4954, 4)", say(b"AUTH PLAIN\r\n", "334 $"), say(b"*\r\n", "501 5"),
           say(b"AUTH LOGIN\r\n", ASKS_NAME), say(b"*\r\n", "501 5"), say(b"AUTH LOGIN\r\n", ASKS_NAME),
           say(coded(USER) + b"\r\n", ASKS_PASSWORD), say(b"*\r\n", "501 5"), say(MAIL, NEED_AUTH)),
    inside("a command in an exchange is a response, and a bad one (RFC 4954, 4)", say(b"AUTH PLAIN\r\n", "334 $"),
           say(MAIL, BAD_TEXT), say(MAIL, NEED_AUTH)),
    inside("an empty name in LOGIN ends the exchange (draft-murchison-sasl-login, 2)", say(b"AUTH LOGIN\r\n", ASKS_NAME),
           say(b"\r\n", "501 5"), say(RIGHT, AUTHENTICATED)),
    inside("a NUL in the name of LOGIN ends the exchange (draft-murchison-sasl-login, 2)", say(b"AUTH LOGIN\r\n", ASKS_NAME),
           say(coded(f"{USER}\0zebra") + b"\r\n", "501 5"), say(RIGHT, AUTHENTICATED)),
    inside("a bare LF in an exchange ends it (RFC 5321, 2.3.8)", say(b"AUTH PLAIN\r\n", "334 $"),
           say(RIGHT[11:-2] + b"\n\r\n", "500 5"), say(MAIL, NEED_AUTH)),
    inside("a line of 12288 octets in an exchange is read (RFC 4954, 4)", say(b"AUTH PLAIN\r\n", "334 $"),
           say(b"A" * 12284 + b"\r\n", "50[01] 5"), say(RIGHT, AUTHENTICATED)),
    inside("a line of more octets in an exchange is refused whole (RFC 4954, 4)", say(b"AUTH PLAIN\r\n", "334 $"),
           say(b"A" * 12288 + MAIL, "500 5"), say(RIGHT, AUTHENTICATED)),
    inside("AUTH with a response of 12288 octets is refused whole (RFC 4954, 4)", say(b"AUTH PLAIN " + b"A" * 12288 + MAIL, "500 5"),
           say(RIGHT, AUTHENTICATED)),
    inside("a wrong password (RFC 4954, 6)", say(plain(USER, "zebra"), REFUSED), say(MAIL, NEED_AUTH)),
    inside("an unknown name is refused as a wrong password is (RFC 4954, 6)", say(plain("zebra", PASSWORD), REFUSED)),
    inside("a name and a password of 8-bit are wrong, not worse (RFC 4616, 2)",
           say(initial(b"\0zebra\xff\x1b[2J\0\xff\xfe"), REFUSED)),
    inside("a name of 900 octets is wrong, not worse (RFC 4616, 2)", say(plain("zebra" * 180, "x"), REFUSED)),
    inside("three wrong passwords end the session (threats, 10)",
           say(plain(USER, "zebra") * 4, REFUSED, REFUSED, REFUSED, r"421 4\.7\.0 "), alive=False),
    inside("AUTH twice (RFC 4954, 4)", say(RIGHT + RIGHT, AUTHENTICATED, ORDER)),
    inside("AUTH stays behind EHLO and RSET (RFC 4954, 4)", say(RIGHT, AUTHENTICATED), say(b"RSET\r\n", OK),
           say(HELLO, "250-gw1"), say(MAIL, "250 2.1.0")),
    inside("AUTH in a mail (RFC 4954, 4)", say(MAIL + RIGHT, "250", ORDER), doors=[TLS]),
    inside("AUTH as a mail's text is text (RFC 4954, 4)", mail_of(HEAD + RIGHT + b".\r\n"), doors=[TLS],
           mails=[Mail(HEAD + RIGHT)]),
]

CASES = START_TLS + STRANGERS + EXCHANGES
