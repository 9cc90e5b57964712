# SPDX-License-Identifier: ISC
"""What a mail says, by Python's email package: the oracle of test_compose_corpus.py.

The choice of parts is that of docs/COMPOSE.md, said once more; header, structure, transfer
encodings and charsets are Python's."""

import email
import email.policy
import html.parser
import re
from dataclasses import dataclass, field
from email.header import decode_header, make_header

FILES, PLAIN, HTML, OTHER = range(4)


@dataclass
class Leaf:
    kind: int
    part: object
    unshown: bool = False


@dataclass
class Told:
    subject: str
    words: list = field(default_factory=list)
    files: list = field(default_factory=list)
    well_formed: bool = True


def is_attachment(part):
    return part.get_content_disposition() == "attachment"


def has_name(part):
    try:
        return bool(part.get_filename())
    except (LookupError, ValueError):
        return True


def kind_of(part, depth, alternative, root, files):
    type = part.get_content_type()
    if files or is_attachment(part):
        return FILES
    placed = alternative or root or depth == 0
    named = has_name(part) and not placed
    if type == "text/plain":
        return FILES if named else PLAIN
    if type in ("text/html", "application/xhtml+xml"):
        return FILES if named else HTML
    if not type.startswith("text/") or type in ("text/calendar", "text/rfc822-headers"):
        return FILES
    if alternative or (depth == 0 and not has_name(part)):
        return OTHER
    return OTHER if not named and type in ("text/enriched", "text/richtext", "text/markdown") else FILES


def choose(branches):
    """Of an alternative the last with plain text, else with HTML, else with other text."""
    for kind in (PLAIN, HTML, OTHER):
        for chosen in reversed(branches):
            if any(
                leaf.kind == kind and not leaf.unshown and octets_of(leaf.part).strip()
                for leaf in chosen
            ):
                for branch in branches:
                    for leaf in branch:
                        leaf.unshown |= branch is not chosen
                return


def leaves_of(part, depth=0, alternative=False, root=False, files=False):
    type = part.get_content_type()
    if not part.is_multipart() or not type.startswith("multipart/"):
        if type.startswith("multipart/"):
            return [Leaf(PLAIN, part)]  # without a boundary: text
        return [Leaf(kind_of(part, depth, alternative, root, files), part)]
    children = part.get_payload()
    start = part.get_param("start")
    roots = [child for child in children if start and child.get("content-id", "").strip() == start]
    root = (roots or children)[0] if type == "multipart/related" else None
    branches = [
        leaves_of(
            child,
            depth + 1,
            type == "multipart/alternative",
            child is root,
            files or type == "multipart/encrypted" or (root is not None and child is not root),
        )
        for child in children
    ]
    if type == "multipart/alternative":
        choose(branches)
    return [leaf for branch in branches for leaf in branch]


def octets_of(part):
    if part.get_content_type() in ("message/external-body", "message/partial"):
        return part.as_bytes()  # carried whole: they mean nothing without their header
    if part.get_content_maintype() == "message":
        return b"\n".join(child.as_bytes() for child in part.get_payload()) if part.is_multipart() else (
            part.get_payload(decode=True)
        )
    if part.is_multipart():
        return b""
    return part.get_payload(decode=True) or b""


def text_of(part):
    octets = octets_of(part)
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        pass
    charset = part.get_content_charset("windows-1252")
    try:
        return octets.decode({"iso-8859-1": "windows-1252", "us-ascii": "windows-1252"}.get(charset, charset))
    except (LookupError, UnicodeDecodeError):
        return octets.decode("latin-1")


class Page(html.parser.HTMLParser):
    """The words of a page."""

    def __init__(self):
        super().__init__()
        self.text = []
        self.hidden = 0

    def handle_starttag(self, tag, attributes):
        self.hidden += tag in ("style", "script", "title")
        self.text.append("" if tag in ("b", "i", "em", "strong", "font", "span", "a", "u") else " ")

    def handle_endtag(self, tag):
        self.hidden -= tag in ("style", "script", "title")
        self.text.append("" if tag in ("b", "i", "em", "strong", "font", "span", "a", "u") else " ")

    def handle_data(self, data):
        if not self.hidden:
            self.text.append(data)


def words_of_page(text):
    page = Page()
    page.feed(text)
    page.close()
    return words_of("".join(page.text))


def words_of(text):
    """What is left of a text whose lines were joined, quoted, numbered and made safe."""
    return re.findall(r"\w+", without_notes(text).replace("\u200d", ""))


def normalise(octets):
    """Of texts the words: Python writes the line ends of enclosed mails anew."""
    return b" ".join(octets.split()) if octets.isascii() else octets


def without_notes(text):
    """gsmtpd says in brackets what it did."""
    return "\n".join(line for line in text.splitlines() if not line.strip().startswith("["))


def subject_of(message):
    value = message.get("subject", "")
    try:
        value = str(make_header(decode_header(value)))
    except (LookupError, ValueError):
        pass
    return " ".join(value.split())


def is_binary(octets):
    return len(octets.translate(None, bytes(set(range(32)) - set(b"\t\n\r\f\x1b")))) < len(octets)


def is_well_formed(message):
    """Without a defect that Python sees, and no picture that says it is text."""
    for part in message.walk():
        octets = b"" if part.is_multipart() else part.get_payload(decode=True)  # finds more defects
        if part.defects or (part.get_content_maintype() == "text" and is_binary(octets)):
            return False
    return True


def tell(octets):
    message = email.message_from_bytes(octets, policy=email.policy.compat32)
    told = Told(subject_of(message), well_formed=is_well_formed(message))
    leaves = leaves_of(message)
    if len(leaves) == 1 and leaves[0].part.get_content_type() == "text/plain" and not (
        is_attachment(leaves[0].part)
    ):
        leaves[0].kind = PLAIN
    for leaf in leaves:
        if leaf.kind == FILES:
            told.files.append(normalise(octets_of(leaf.part)))
        elif not leaf.unshown and leaf.kind == HTML:
            told.words += words_of_page(text_of(leaf.part))
        elif not leaf.unshown:
            text = leaf.part.get_payload() if leaf.part.get_content_maintype() == "multipart" else (
                text_of(leaf.part)
            )
            told.words += words_of(text if isinstance(text, str) else "")
    told.files.sort()
    return told
