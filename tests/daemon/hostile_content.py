# SPDX-License-Identifier: ISC
"""What comes behind DATA and BDAT: its end, what looks like it, lines, octets, counts (RFC 5321,
4.1.1.4, 4.5.2 and 2.3.8; RFC 3030; CVE-2023-51764 and its kin)."""

from hostile import (HEAD, MAIL, QUEUED, RCPT, TO_DATA, TO_DATA_OK, HangUp, Mail, Pause, case, mail_of,
                     say)

EVIL = b"MAIL FROM:<evil@far.example>\r\nRCPT TO:<victim@example.com>\r\nDATA\r\nevil\r\n.\r\n"
# EVIL as text of a mail, in which its own last line is the end.
EVIL_TEXT = EVIL[:-3]
NUL = r"554 5\.6\.0 "
TOO_BIG = r"552 5\.3\.4 "
ORDER = r"503 5\.5\.1 "


def look_alike(shown, octets, becomes):
    """What looks like the end of the data and is not: the text goes on, and stays one mail."""
    return case(f"{shown} does not end the data (RFC 5321, 4.1.1.4)",
                mail_of(HEAD + b"good" + octets + EVIL), mails=[Mail(HEAD + b"good" + becomes + EVIL_TEXT)])


def with_nul(shown, octets):
    return case(f"{shown} does not end the data, and NUL is refused (RFC 5321, 4.5.2)",
                mail_of(HEAD + b"good" + octets + EVIL, NUL))


LOOK_ALIKES = [
    look_alike("LF . LF", b"\n.\n", b"\r\n.\r\n"),
    look_alike("LF . CRLF", b"\n.\r\n", b"\r\n.\r\n"),
    look_alike("LF . CR", b"\n.\r", b"\r\n.\r\n"),
    look_alike("CR . CR", b"\r.\r", b"\r\n.\r\n"),
    look_alike("CR . CRLF", b"\r.\r\n", b"\r\n.\r\n"),
    look_alike("CR . LF", b"\r.\n", b"\r\n.\r\n"),
    look_alike("CRLF . LF", b"\r\n.\n", b"\r\n.\r\n"),
    look_alike("CRLF . CR", b"\r\n.\r", b"\r\n.\r\n"),
    look_alike("CRLF . CR CRLF", b"\r\n.\r\r\n", b"\r\n.\r\n\r\n"),
    look_alike("CR CRLF . CR LF", b"\r\r\n.\r\r\n", b"\r\n\r\n.\r\n\r\n"),
    look_alike("LF CR . LF CR", b"\n\r.\n\r", b"\r\n\r\n.\r\n\r\n"),
    look_alike("LF LF . LF LF", b"\n\n.\n\n", b"\r\n\r\n.\r\n\r\n"),
    look_alike("CR CR . CR CR", b"\r\r.\r\r", b"\r\n\r\n.\r\n\r\n"),
    look_alike("CRLF . blank CRLF", b"\r\n. \r\n", b"\r\n \r\n"),
    look_alike("CRLF . tab CRLF", b"\r\n.\t\r\n", b"\r\n\t\r\n"),
    look_alike("CRLF blank . CRLF", b"\r\n .\r\n", b"\r\n .\r\n"),
    look_alike("CRLF . . CRLF", b"\r\n..\r\n", b"\r\n.\r\n"),
    look_alike("CRLF . X CRLF", b"\r\n.X\r\n", b"\r\nX\r\n"),
    look_alike("CRLF . VT LF", b"\r\n.\x0b\n", b"\r\n\x0b\r\n"),
    look_alike("CRLF . FF CRLF", b"\r\n.\x0c\r\n", b"\r\n\x0c\r\n"),
    look_alike("NEL . NEL in UTF-8", b"\xc2\x85.\xc2\x85", b"\xc2\x85.\xc2\x85"),
    look_alike("LS . LS in UTF-8", b"\xe2\x80\xa8.\xe2\x80\xa8", b"\xe2\x80\xa8.\xe2\x80\xa8"),
    look_alike("CRLF and a full stop of another width", b"\r\n\xef\xbc\x8e\r\n", b"\r\n\xef\xbc\x8e\r\n"),
    look_alike("a dot of quoted-printable", b"\r\n=2E\r\n", b"\r\n=2E\r\n"),
    look_alike("CRLF . with 8-bit behind it", b"\r\n.\x8d\x8a", b"\r\n\x8d\x8a"),
    with_nul("CRLF NUL . CRLF", b"\r\n\0.\r\n"),
    with_nul("CRLF . NUL CRLF", b"\r\n.\0\r\n"),
    with_nul("CRLF . CR NUL LF", b"\r\n.\r\0\n"),
    with_nul("CR NUL LF . CRLF", b"\r\0\n.\r\n"),
]

DATA = [
    case("a dot at once is an empty mail (RFC 5321, 4.1.1.4)", mail_of(b".\r\n"), mails=[Mail()]),
    case("stuffed dots come out, others stay (RFC 5321, 4.5.2)",
         mail_of(HEAD + b"..\r\n...\r\n.x\r\n..x\r\nx.\r\n .\r\nx\r\n.\r\n"),
         mails=[Mail(HEAD + b".\r\n..\r\nx\r\n.x\r\nx.\r\n .\r\nx\r\n")]),
    case("a line of a hundred dots loses one (RFC 5321, 4.5.2)", mail_of(HEAD + b"." * 100 + b"\r\n.\r\n"),
         mails=[Mail(HEAD + b"." * 99 + b"\r\n")]),
    case("a stuffed dot at the beginning of all (RFC 5321, 4.5.2)", mail_of(b"..x: zebra\r\n" + HEAD + b"x\r\n.\r\n"),
         mails=[Mail(b".x: zebra\r\n" + HEAD + b"x\r\n")]),
    case("the end in five segments (RFC 5321, 4.1.1.4)", say(TO_DATA + HEAD + b"x\r", *TO_DATA_OK), Pause(0.05),
         say(b"\n"), Pause(0.05), say(b"."), Pause(0.05), say(b"\r"), Pause(0.05), say(b"\n", QUEUED),
         mails=[Mail(HEAD + b"x\r\n")]),
    case("bare CR and LF become line ends (RFC 5321, 2.3.8)", mail_of(HEAD + b"a\nb\rc\r\rd\n\ne\n\rf\r\n.\r\n"),
         mails=[Mail(HEAD + b"a\r\nb\r\nc\r\n\r\nd\r\n\r\ne\r\n\r\nf\r\n")]),
    case("a header with bare LF is a header (RFC 5321, 2.3.8)",
         mail_of(HEAD.replace(b"\r\n", b"\n") + b"x\r\n.\r\n"), mails=[Mail(HEAD + b"x\r\n")]),
    case("commands in the text are text (RFC 5321, 4.1.1.4)", mail_of(HEAD + b"RSET\r\nQUIT\r\n" + EVIL),
         mails=[Mail(HEAD + b"RSET\r\nQUIT\r\n" + EVIL_TEXT)]),
    case("a text line of 1000 octets (RFC 5321, 4.5.3.1.6)", mail_of(HEAD + b"z" * 998 + b"\r\n.\r\n"),
         mails=[Mail(HEAD + b"z" * 998 + b"\r\n")]),
    case("a text line of 1001 octets is not cut (RFC 5321, 4.5.3.1.6)", mail_of(HEAD + b"z" * 999 + b"\r\n.\r\n"),
         mails=[Mail(HEAD + b"z" * 999 + b"\r\n")]),
    case("a text line of 500 KB is not cut (RFC 5321, 4.5.3.1.6)", mail_of(HEAD + b"z" * 500000 + b"\r\n.\r\n"),
         mails=[Mail(HEAD + b"z" * 500000 + b"\r\n")]),
    case("a text line of 500 KB of dots loses one (RFC 5321, 4.5.2)", mail_of(HEAD + b"." * 500000 + b"\r\n.\r\n"),
         mails=[Mail(HEAD + b"." * 499999 + b"\r\n")]),
    case("1 MB of empty lines (RFC 5321, 4.5.3.1.7)", mail_of(HEAD + b"\r\n" * 500000 + b".\r\n"),
         mails=[Mail(HEAD + b"\r\n" * 500000)]),
    case("bare LF may not make a mail larger than is allowed (RFC 1870, 6.3)",
         mail_of(HEAD + b"\n" * 1200000 + b"\r\n.\r\n", TOO_BIG)),
    case("a mail of one octet too many (RFC 1870, 6.3)",
         mail_of(HEAD + b"z" * (2097152 - len(HEAD) - 1) + b"\r\n.\r\n", TOO_BIG)),
    case("a mail as large as is allowed (RFC 1870, 6.3)",
         mail_of(HEAD + b"z" * (2097152 - len(HEAD) - 2) + b"\r\n.\r\n"),
         mails=[Mail(HEAD + b"z" * (2097152 - len(HEAD) - 2) + b"\r\n")]),
    case("a mail of 5 MB is refused at its end, and the next one is taken (RFC 1870, 6.3)",
         mail_of(HEAD + b"zebra\r\n" * 750000 + b".\r\n", TOO_BIG), mail_of(HEAD + b"x\r\n.\r\n"),
         mails=[Mail(HEAD + b"x\r\n")]),
    case("a NUL in the text refuses all of it (RFC 5321, 4.5.2)", mail_of(HEAD + b"good\0zebra\r\nmore\r\n.\r\n", NUL)),
    case("a NUL in the header refuses all of it (RFC 5321, 4.5.2)", mail_of(b"Subject: ze\0bra\r\n" + HEAD + b"x\r\n.\r\n", NUL)),
    case("a NUL as the last octet before the end (RFC 5321, 4.5.2)", mail_of(HEAD + b"x\0\r\n.\r\n", NUL)),
    case("a mail of NULs (RFC 5321, 4.5.2)", mail_of(b"\0" * 100000 + b"\r\n.\r\n", NUL)),
    case("behind a refused mail the next one is taken (RFC 5321, 3.3)", mail_of(b"\0\r\n.\r\n", NUL), say(RCPT, ORDER),
         mail_of(HEAD + b"x\r\n.\r\n"), mails=[Mail(HEAD + b"x\r\n")]),
    case("every octet but NUL, CR and LF arrives (RFC 6152, 3)",
         mail_of(HEAD + bytes(octet for octet in range(1, 256) if octet not in b"\r\n") + b"\r\n.\r\n"),
         mails=[Mail(HEAD + bytes(octet for octet in range(1, 256) if octet not in b"\r\n") + b"\r\n")]),
    case("what would end data mode of the module is text here (threats, 1)",
         mail_of(HEAD + b"+++\r\nAT+CMGS=\"1\"\r\n\x1a\x1b\r\n.\r\n"),
         mails=[Mail(HEAD + b"+++\r\nAT+CMGS=\"1\"\r\n\x1a\x1b\r\n")]),
    case("a line end is added where the last one is bare (RFC 5321, 4.1.1.4)", mail_of(HEAD + b"x\n\r\n.\r\n"),
         mails=[Mail(HEAD + b"x\r\n\r\n")]),
]

ENVELOPE = MAIL + RCPT
ENVELOPE_OK = ("250 2.1.0", "250 2.1.5")
CHUNK_OK = r"250 2\.0\.0 "
BAD_CHUNK = r"501 5\.5\.4 "


def bdat(octets, last=True):
    return b"BDAT %d%s\r\n" % (len(octets), b" LAST" if last else b"") + octets


def chunks(name, *pieces, becomes=None, **more):
    """A mail of so many chunks, all sent at once."""
    said = b"".join(bdat(piece, last=False) for piece in pieces[:-1]) + bdat(pieces[-1])
    mails = more.pop("mails", [Mail(becomes if becomes is not None else b"".join(pieces))])
    replies = [CHUNK_OK] * (len(pieces) - 1) + [more.pop("reply", QUEUED)]
    return case(name, say(ENVELOPE + said, *ENVELOPE_OK, *replies), mails=mails, **more)


def bad_count(name, line):
    """Nobody can tell where the chunk ends: nothing behind it may run."""
    return case(name, say(ENVELOPE + line + b"\r\n" + EVIL, *ENVELOPE_OK, BAD_CHUNK), alive=False)


CHUNKS = [
    chunks("one chunk (RFC 3030, 2)", HEAD + b"x\r\n"),
    chunks("several chunks (RFC 3030, 2)", HEAD[:10], HEAD[10:] + b"x", b"yz\r\n"),
    chunks("a last chunk of nothing (RFC 3030, 2)", HEAD + b"x\r\n", b""),
    chunks("chunks of nothing between others (RFC 3030, 2)", b"", HEAD, b"", b"x\r\n", b""),
    case("a mail of one chunk of nothing (RFC 3030, 2)", say(ENVELOPE + b"BDAT 0 LAST\r\n", *ENVELOPE_OK, QUEUED), mails=[Mail()]),
    chunks("each octet in a chunk of its own (RFC 3030, 2)",
           *[bytes(bytearray([octet])) for octet in HEAD + b"x"], b"\r\n"),
    chunks("a dot alone on its line is text in a chunk (RFC 3030, 2)", HEAD + b"x\r\n.\r\ny\r\n"),
    chunks("dots of a chunk are not stuffed (RFC 3030, 2)", HEAD + b".\r\n..\r\n.x\r\n"),
    chunks("commands in a chunk are text (RFC 3030, 2)", HEAD + b".\r\n" + EVIL + b"BDAT 4 LAST\r\nevil\r\n"),
    chunks("a line end that is cut by two chunks is one (RFC 3030, 2)", HEAD + b"a\r", b"\nb\r\n"),
    chunks("bare CR and LF become line ends in chunks (RFC 5321, 2.3.8)", HEAD + b"a\nb\rc\r", b"d\r\n",
           becomes=HEAD + b"a\r\nb\r\nc\r\nd\r\n"),
    chunks("a line end is added to a last chunk without one (RFC 5322, 2.3)", HEAD + b"x", becomes=HEAD + b"x\r\n"),
    chunks("a NUL in a chunk refuses the mail (RFC 3030, 3)", HEAD + b"x\0\r\n", reply=NUL, mails=[]),
    chunks("8-bit in a chunk (RFC 6152, 3)", HEAD + b"\xe4\xff\r\n"),
    case("the octet behind a chunk is the next command's (RFC 3030, 2)",
         say(ENVELOPE + bdat(HEAD + b"x\r\n") + b"NOOP\r\n" + ENVELOPE + bdat(HEAD + b"y\r\n"), *ENVELOPE_OK, QUEUED, CHUNK_OK,
             *ENVELOPE_OK, QUEUED), mails=[Mail(HEAD + b"x\r\n"), Mail(HEAD + b"y\r\n")]),
    case("a count one too small leaves an octet that is no command (RFC 3030, 2)",
         say(ENVELOPE + b"BDAT %d LAST\r\n" % (len(HEAD) + 2) + HEAD + b"x\r\n\r\n", *ENVELOPE_OK, QUEUED, "500 5"),
         mails=[Mail(HEAD + b"x\r\n")]),
    case("a count one too large takes the next octet (RFC 3030, 2)",
         say(ENVELOPE + b"BDAT %d LAST\r\n" % (len(HEAD) + 4) + HEAD + b"x\r\nNOOP\r\n", *ENVELOPE_OK, QUEUED, "500 5"),
         mails=[Mail(HEAD + b"x\r\nN\r\n")]),
    case("a chunk in many segments (RFC 3030, 2)", say(ENVELOPE + b"BDAT %d LAST\r\n" % (len(HEAD) + 3), *ENVELOPE_OK), Pause(0.05),
         say(HEAD), Pause(0.05), say(b"x\r"), Pause(0.05), say(b"\n", QUEUED), mails=[Mail(HEAD + b"x\r\n")]),
    case("a chunk before RCPT is swallowed, not run (RFC 3030, 2)", say(MAIL + bdat(EVIL), "250", r"(503|554) 5\.5\.1 ")),
    case("a chunk before MAIL is swallowed, not run (RFC 3030, 2)", say(bdat(EVIL) + bdat(EVIL, False), ORDER, ORDER)),
    case("a chunk before EHLO is swallowed, not run (RFC 3030, 2)", say(bdat(EVIL), ORDER), hello=False),
    case("a chunk when no recipient was taken is swallowed, not run (RFC 3030, 2)",
         say(MAIL + b"RCPT TO:<zebra>\r\n" + bdat(EVIL), "250", r"550 5\.1\.1 ", r"554 5\.5\.1 ")),
    case("DATA between chunks is refused (RFC 3030, 2)",
         say(ENVELOPE + bdat(HEAD, False) + b"DATA\r\n" + bdat(b"x\r\n"), *ENVELOPE_OK, CHUNK_OK, ORDER, QUEUED),
         mails=[Mail(HEAD + b"x\r\n")]),
    case("MAIL and RCPT between chunks are refused (RFC 3030, 2)",
         say(ENVELOPE + bdat(HEAD, False) + MAIL + b"RCPT TO:<victim@example.com>\r\n" + bdat(b"x\r\n"),
             *ENVELOPE_OK, CHUNK_OK, ORDER, ORDER, QUEUED), mails=[Mail(HEAD + b"x\r\n")]),
    case("EHLO between chunks sends nothing of them (RFC 3030, 2)",
         say(ENVELOPE + bdat(HEAD, False) + b"EHLO zebra.far.example\r\n", *ENVELOPE_OK, CHUNK_OK, "503 5|250-gw1"),
         say(b"RSET\r\n", CHUNK_OK)),
    case("RSET between chunks forgets the mail (RFC 3030, 2)",
         say(ENVELOPE + bdat(HEAD, False) + b"RSET\r\n" + bdat(b"x\r\n"), *ENVELOPE_OK, CHUNK_OK, CHUNK_OK, ORDER)),
    case("QUIT between chunks forgets the mail (RFC 3030, 2)",
         say(ENVELOPE + bdat(HEAD, False) + b"QUIT\r\n", *ENVELOPE_OK, CHUNK_OK, r"221 2\.0\.0 "), alive=False),
    case("a client that goes away between chunks has sent no mail (RFC 3030, 2)",
         say(ENVELOPE + bdat(HEAD + b"x\r\n", False), *ENVELOPE_OK, CHUNK_OK), HangUp(), alive=False),
    case("a client that goes away in its last chunk has sent no mail (RFC 3030, 2)",
         say(ENVELOPE + b"BDAT 1000 LAST\r\n" + HEAD, *ENVELOPE_OK), Pause(0.1), HangUp(), alive=False),
    case("a chunk behind the last one belongs to no mail (RFC 3030, 2)",
         say(ENVELOPE + bdat(HEAD + b"x\r\n") + bdat(EVIL), *ENVELOPE_OK, QUEUED, ORDER), mails=[Mail(HEAD + b"x\r\n")]),
    case("chunks that are too large together are refused, and the next mail is taken (RFC 1870, 6.3)",
         say(ENVELOPE + bdat(HEAD + b"z" * 1500000, False), *ENVELOPE_OK, CHUNK_OK), say(bdat(b"z" * 1500000, False), TOO_BIG),
         say(bdat(b"z\r\n"), TOO_BIG), mail_of(HEAD + b"x\r\n.\r\n"), mails=[Mail(HEAD + b"x\r\n")]),
    case("a chunk of 2 to the 62 is read, not reserved (RFC 3030, 2)",
         say(ENVELOPE + b"BDAT 4611686018427387904 LAST\r\n" + HEAD, *ENVELOPE_OK), Pause(0.1), HangUp(), alive=False),
    bad_count("BDAT without a count ends the session (RFC 3030, 2)", b"BDAT"),
    bad_count("BDAT with a word for a count ends the session (RFC 3030, 2)", b"BDAT zebra LAST"),
    bad_count("BDAT below zero ends the session (RFC 3030, 2)", b"BDAT -1 LAST"),
    bad_count("BDAT of more than 64 bits ends the session (RFC 3030, 2)", b"BDAT 18446744073709551620 LAST"),
    bad_count("BDAT in hexadecimal ends the session (RFC 3030, 2)", b"BDAT 0x10 LAST"),
    bad_count("BDAT with a sign ends the session (RFC 3030, 2)", b"BDAT +10 LAST"),
    bad_count("BDAT with another word ends the session (RFC 3030, 2)", b"BDAT 10 FIRST"),
    bad_count("BDAT with a word behind LAST ends the session (RFC 3030, 2)", b"BDAT 10 LAST zebra"),
]

CASES = LOOK_ALIKES + DATA + CHUNKS
