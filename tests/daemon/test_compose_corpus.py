# SPDX-License-Identifier: ISC
"""Mails that nobody here wrote: what gsmtpd-compose makes of them, and what Python's email
package reads in them. Packages: scripts/deps, "test"."""

import glob
import gzip
import os

import pytest

import oracle
from compose import compose

CPYTHON = "/usr/lib/python3*/test/test_email/data/msg_*.txt"
ENMIME = "/usr/share/gocode/src/github.com/jhillyerd/enmime/testdata/*/*.raw"
LEAST = 120  # so that a package that is missing, or empty, is not a success

# Where both disagree, and why. One that agrees must go from here.
DISAGREEMENTS = {
    "data/msg_42.txt": "an enclosed multipart without parts: carried as it is, Python forgets its end",
    "low-quality/bad-header-wrap.raw": "a field is folded without a blank behind its semicolon: read as one,"
    " for Python the body begins there",
    "mail/mime-bad-content-transfer-encoding.raw": "a text only says that it is base64: carried as it is,"
    " Python decodes it",
    "parts/chardet-fail.raw": "a GIF says that it is text/plain: carried as a file, Python has it as text",
}


def corpus():
    found = sorted(glob.glob(CPYTHON) + glob.glob(ENMIME))
    return {"/".join(path.split("/")[-2:]): path for path in found}


def load(path):
    """As a client would send it."""
    with open(path, "rb") as file:
        return file.read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def unpack(name, octets):
    return gzip.decompress(octets) if name.endswith(".gz") else octets


def what_goes_out(octets):
    """The words of the text, and the files, of all transactions together."""
    transactions = compose(octets, "--preamble", "none", "--attachments-max", "1048576")
    subject = transactions[0].subject
    files = {
        name: unpack(name, content)
        for transaction in transactions
        for name, content in transaction.attachments.items()
    }
    text = files.pop("message.txt.gz", None)
    text = transactions[0].body if text is None else text.decode()
    return subject, text, sorted(oracle.normalise(content) for content in files.values())


def is_same_subject(whole, subject):
    if whole == " ".join(subject.split()):
        return True
    for ellipsis in ("…", "..."):
        if subject.endswith(ellipsis) and whole.startswith(subject.removesuffix(ellipsis)):
            return len(subject.encode()) > 90
    return False


def without_front(words, front):
    return words[len(front) :] if words[: len(front)] == front else words


def disagreement(path):
    octets = load(path)
    told = oracle.tell(octets)
    subject, text, files = what_goes_out(octets)
    if not is_same_subject(told.subject, subject):
        return f"subject {told.subject!r}, not {subject!r}"
    words = oracle.words_of(text)
    if told.subject != subject:  # the whole of it comes first in the text
        words = without_front(words, oracle.words_of("Subject: " + told.subject))
    if words != told.words:
        return f"text {told.words}, not {words}"
    return None if files == told.files else f"files {told.files}, not {files}"


@pytest.mark.parametrize("name", corpus())
def test_the_oracle_agrees(name):
    found = disagreement(corpus()[name])
    if name in DISAGREEMENTS:
        assert found, f"no longer disagrees: {DISAGREEMENTS[name]}"
    else:
        assert found is None


def test_the_corpus_is_there():
    assert len(corpus()) >= LEAST
    assert any("test_email" in path for path in corpus().values())
    assert not [name for name in DISAGREEMENTS if name not in corpus()]


def test_the_oracle_agrees_with_99_percent_of_the_well_formed():
    formed = [name for name, path in corpus().items() if oracle.tell(load(path)).well_formed]
    assert len(formed) > len(corpus()) // 2
    assert len([name for name in formed if name in DISAGREEMENTS]) * 100 <= len(formed)
