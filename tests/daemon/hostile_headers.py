# SPDX-License-Identifier: ISC
"""Headers, none, and worse (RFC 5322; RFC 5321, 4.4 and 6.3; RFC 6409, 8)."""

from hostile import HEAD, HEADER, Mail, case, mail_of

LOOP = r"554 5\.4\.6 "
DATE = b"\r\nDate: "
ID = b"\r\nMessage-ID: <"
FROM = b"\r\nFrom: zebra@far.example\r\n"


def of(name, text, **mail):
    """A mail whose text, with a last dot, is this."""
    return case(name, mail_of(text + b".\r\n"), mails=[Mail(**mail)])


def header(name, fields, becomes):
    return of(name, fields + HEAD + b"x\r\n", content=becomes + HEAD + b"x\r\n")


HOP = b"Received: from zebra by far.example;\r\n\tMon, 23 Nov 2026 01:02:03 +0000\r\n"

MISSING = [
    of("a mail without a header gets one (RFC 5321, 6.3)", b"zebra went away\r\n",
       holds=[b"Date: ", ID, FROM, b"\r\n\r\nzebra went away\r\n"]),
    of("a mail with an empty header gets one (RFC 6409, 8)", b"\r\nzebra: x\r\n",
       holds=[b"Date: ", ID, FROM, b"\r\n\r\nzebra: x\r\n"]),
    of("a mail of nothing gets a header (RFC 6409, 8)", b"", holds=[b"Date: ", ID, FROM]),
    of("a header without a text gets what is missing (RFC 6409, 8)", b"Subject: zebra\r\n",
       holds=[b"Subject: zebra\r\n", b"Date: ", ID, FROM]),
    of("Date alone is added where it is missing (RFC 6409, 8.1)", HEADER.replace(b"Date", b"X-Date") + b"\r\nx\r\n",
       holds=[HEADER.replace(b"Date", b"X-Date"), DATE], lacks=[FROM[2:] + b"From"]),
    of("Message-ID alone is added where it is missing (RFC 6409, 8.3)",
       HEADER.replace(b"Message-ID", b"X-ID") + b"\r\nx\r\n", holds=[ID, b"@gw1.example.net>\r\n\r\nx\r\n"]),
    of("From alone is added where it is missing (RFC 5322, 3.6)",
       HEADER.replace(b"From:", b"Reply-To:") + b"\r\nx\r\n", holds=[FROM + b"\r\nx\r\n"]),
    header("nothing is added to a header that has it all, in any case (RFC 5322, 2.2)",
           b"SUBJECT: zebra\r\n", b"SUBJECT: zebra\r\n"),
    of("fields have no case (RFC 5322, 2.2)", HEADER.lower() + b"\r\nx\r\n", content=HEADER.lower() + b"\r\nx\r\n"),
    of("text that follows the header without an empty line is text (RFC 5322, 2.1)", HEADER + b"zebra went away\r\n",
       content=HEADER + b"\r\nzebra went away\r\n"),
    of("a folded line without a field is text (RFC 5322, 2.2.3)", b" zebra: x\r\n", holds=[FROM, b"\r\n\r\n zebra: x\r\n"]),
    of("a line that begins with a colon is text (RFC 5322, 2.2)", b": zebra\r\n", holds=[FROM, b"\r\n\r\n: zebra\r\n"]),
    of("a field with a blank in its name is text (RFC 5322, 2.2)", b"ze bra: x\r\n", holds=[FROM, b"\r\n\r\nze bra: x\r\n"]),
    of("a name in 8-bit is no field (RFC 5322, 2.2)", b"z\xebbra: x\r\n", holds=[FROM, b"\r\n\r\nz\xebbra: x\r\n"]),
]

HIDDEN = [
    header("Bcc goes (RFC 5322, 3.6.3)", b"Bcc: zebra-2@example.com\r\n", b""),
    header("Bcc goes with its folded lines (RFC 5322, 3.6.3)",
           b"Bcc: zebra-2@example.com,\r\n zebra-3@example.com,\r\n\tzebra-4@example.com\r\nX-Z: 1\r\n", b"X-Z: 1\r\n"),
    header("Bcc goes in any case (RFC 5322, 2.2)", b"bCC: zebra-2@example.com\r\n", b""),
    header("Bcc goes with a blank before its colon (RFC 5322, 4.5)", b"Bcc : zebra-2@example.com\r\n", b""),
    header("Bcc goes however often (RFC 5322, 3.6)", b"Bcc: zebra-2@example.com\r\n" * 100, b""),
    header("Bcc goes when it is empty (RFC 5322, 3.6.3)", b"Bcc:\r\n", b""),
    header("Resent-Bcc goes (RFC 5322, 3.6.6)", b"Resent-Bcc: zebra-2@example.com\r\nResent-To: zebra@example.com\r\n",
           b"Resent-To: zebra@example.com\r\n"),
    header("a field that begins like Bcc stays (RFC 5322, 2.2)", b"Bcc-Zebra: x\r\n", b"Bcc-Zebra: x\r\n"),
    of("Bcc in the text stays (RFC 5322, 2.1)", HEAD + b"Bcc: zebra-2@example.com\r\n",
       content=HEAD + b"Bcc: zebra-2@example.com\r\n"),
    of("Bcc as the last of all goes (RFC 5322, 3.6.3)", HEADER + b"Bcc: zebra-2@example.com\r\n",
       lacks=[b"Bcc", b"zebra-2"]),
    header("a Bcc of 500 KB goes (RFC 5322, 3.6.3)", b"Bcc: " + b"zebra-2@example.com,\r\n " * 20000 + b"x\r\n", b""),
]

ODD = [
    header("a From field twice stays (RFC 5322, 3.6)", b"From: zebra-2@far.example\r\n", b"From: zebra-2@far.example\r\n"),
    header("a Subject twice stays (RFC 5322, 3.6)", b"Subject: zebra\r\nSubject: 2\r\n", b"Subject: zebra\r\nSubject: 2\r\n"),
    header("a header in 8-bit stays (RFC 6532, 3.2)", b"Subject: z\xebbra \xc3\xab\r\n", b"Subject: z\xebbra \xc3\xab\r\n"),
    header("controls in a header stay for whoever reads it (RFC 5322, 2.2)", b"Subject: \x1b[2Jzebra\x07\r\n",
           b"Subject: \x1b[2Jzebra\x07\r\n"),
    header("a field of 200 KB stays (RFC 5322, 2.1.1)", b"X-Z: " + b"z" * 200000 + b"\r\n", b"X-Z: " + b"z" * 200000 + b"\r\n"),
    header("a field folded 20000 times stays (RFC 5322, 2.2.3)", b"X-Z:" + b"\r\n z" * 20000 + b"\r\n", b"X-Z:" + b"\r\n z" * 20000 + b"\r\n"),
    header("20000 fields stay (RFC 5322, 2.2)", b"X-Z: z\r\n" * 20000, b"X-Z: z\r\n" * 20000),
    header("a folded line of blanks stays (RFC 5322, 4.2)", b"Subject: zebra\r\n  \r\n x\r\n", b"Subject: zebra\r\n  \r\n x\r\n"),
    header("the first line of a mailbox goes (RFC 4155)", b"From zebra Mon Nov 23 01:02:03 2026\r\n", b""),
    of("the first line of a mailbox in the text stays (RFC 4155)", HEAD + b"From zebra\r\n", content=HEAD + b"From zebra\r\n"),
    of("a text within the text has its own header (RFC 5322, 2.1)", HEAD + b"Subject: zebra\r\n\r\nx\r\n",
       content=HEAD + b"Subject: zebra\r\n\r\nx\r\n"),
    header("a Received that looks like ours stays behind ours (RFC 5321, 4.4)",
           b"Received: from gw1.example.net ([127.0.0.1])\r\n\tby gw1.example.net (gsmtpd) with ESMTPSA id 00000000000;\r\n"
           b"\tMon, 23 Nov 2026 01:02:03 +0000\r\n",
           b"Received: from gw1.example.net ([127.0.0.1])\r\n\tby gw1.example.net (gsmtpd) with ESMTPSA id 00000000000;\r\n"
           b"\tMon, 23 Nov 2026 01:02:03 +0000\r\n"),
    header("Return-Path stays, as nobody believes it (RFC 5321, 4.4)", b"Return-Path: <zebra-2@far.example>\r\n",
           b"Return-Path: <zebra-2@far.example>\r\n"),
]

LOOPS = [
    header("99 Received fields may go on (RFC 5321, 6.3)", HOP * 99, HOP * 99),
    case("100 Received fields go round in a circle (RFC 5321, 6.3)", mail_of(HOP * 100 + HEAD + b"x\r\n.\r\n", LOOP)),
    case("100 Received fields in any case go round in a circle (RFC 5321, 6.3)",
         mail_of(HOP.upper().replace(b"RECEIVED:", b"rEcEiVeD :") * 100 + HEAD + b"x\r\n.\r\n", LOOP)),
    of("Received in the text is no hop (RFC 5321, 6.3)", HEAD + HOP * 200, content=HEAD + HOP * 200),
    header("a folded line that says Received is no hop (RFC 5322, 2.2.3)", b"X-Z: z\r\n" + b" Received: z\r\n" * 200,
           b"X-Z: z\r\n" + b" Received: z\r\n" * 200),
]

CASES = MISSING + HIDDEN + ODD + LOOPS
