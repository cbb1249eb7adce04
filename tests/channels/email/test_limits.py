"""Mails made to be slow or huge: each is read in bounded time and memory, by the limits that the modules state."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from channels.email import attachments, bodies, mime
from channels.email.parse import read
from channels.email.quote import fold

ROOT = Path(__file__).parents[3]
HEAD = b"From: jean.dupont@fai.example\nSubject: x\nContent-Type: "
MOST_SECONDS = 3.0  # of processor time, on a slow machine with company; the worst takes about 0.7 alone
MOST_MIB = 450  # resident, for the largest: three times the mail, and the program


def _nested(levels: int, kind: str = "; boundary=b%d") -> bytes:
    out = [HEAD]
    for level in range(levels):
        declared = kind % level if "%" in kind else kind
        out.append(f"{'' if level == 0 else 'Content-Type: '}multipart/mixed{declared}\n\n--b{level}\n".encode())
    return b"".join(out) + b"Content-Type: text/plain\n\nau fond\n"


BASE64_LINE = b"A" * 76 + b"\r\n"
SLOW: dict[str, Callable[[], bytes]] = {
    "60 MB attached": lambda: HEAD + b"multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nbonjour\n"
    b"--x\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n" + BASE64_LINE * 770_000 + b"\n--x--\n",
    "60 MB of text": lambda: HEAD + b"text/plain\n\n" + b"bonjour tout le monde\n" * 2_800_000,
    "60 MB of HTML": lambda: HEAD + b"text/html\n\n" + b"<p>bonjour <b>tout</b> le monde</p>\n" * 1_700_000,
    "60 MB of dashes": lambda: HEAD + b"multipart/mixed; boundary=x\n\n" + b"--y\n" * 15_000_000,
    "60 MB of headers": lambda: b"X-A: b\n" * 8_000_000 + b"\nbonjour",
    "one header of 60 MB": lambda: b"X-A: " + b"b" * 60_000_000 + b"\n\nbonjour",
    "a header folded millions of times": lambda: b"X-A: " + b" b\n" * 20_000_000 + b"\n\nbonjour",
    "millions of damaged lines": lambda: b"ligne perdue\n" * 4_600_000,
    "20 000 nested parts": lambda: _nested(20_000),
    "20 000 nested parts without boundary": lambda: _nested(20_000, ""),
    "50 000 parts": lambda: HEAD + b"multipart/mixed; boundary=x\n\n" + b"--x\nContent-Type: text/plain\n\nun\n" * 50_000,
    "50 000 parts without a blank line": lambda: HEAD + b"multipart/mixed; boundary=x\n\n" + b"--x\nContent-Type: text/plain\n" * 50_000,
    "a million announcements": lambda: HEAD + b"text/plain\n\n" + b"Le 12 mars 2024 11:11 <a@b.example>\n" * 28_000,
    "a million header blocks": lambda: HEAD + b"text/plain\n\n" + b"De : a@b.example\n" * 58_000,
    "a million spaces": lambda: HEAD + b"text/plain\n\n" + b" " * 999_000 + b"x",
    "a million >": lambda: HEAD + b"text/plain\n\n" + b">" * 999_000 + b"x",
    "files that never end": lambda: HEAD + b"text/plain\n\n" + (b"begin 644 a\nM" + b"A" * 60 + b"\n") * 13_000,
    "commas": lambda: b"From: " + b"a," * 30_000 + b"\n\nx",
    "parentheses": lambda: b"From: " + b"(" * 60_000 + b"\n\nx",
    "quotes": lambda: b"From: " + b'"\\' * 30_000 + b"\n\nx",
    "angles": lambda: b"From: " + b"<" * 60_000 + b"\n\nx",
    "encoded words without end": lambda: (b"To: " + b"=?a?b?" * 10_000 + b"\n") * 30 + b"\nx",
    "references": lambda: (b"References: " + b"a" * 65_000 + b"\n") * 30 + b"\nx",
    "parameters": lambda: HEAD + b"text/plain" + b"; a*0*=b" * 9_000 + b"\n\nx",
    "a parameter without end": lambda: HEAD + b'text/plain; a="' + b"\\" * 60_000 + b"\n\nx",
    "HTML nested for ever": lambda: HEAD + b"text/html\n\n" + b"<div><p>" * 120_000,
    "HTML of ampersands": lambda: HEAD + b"text/html\n\n" + b"&" * 999_000,
    "HTML with a tag of attributes": lambda: HEAD + b"text/html\n\n<p " + b" a=1" * 240_000 + b">",
}  # fmt: skip


@pytest.mark.alone
@pytest.mark.parametrize("name", SLOW)
def test_no_mail_takes_long(name: str) -> None:
    raw = SLOW[name]()
    start = time.process_time()
    message = read(raw)
    assert time.process_time() - start < MOST_SECONDS
    assert not [defect for defect in message.defects if defect.startswith("unreadable")]
    assert len(message.body_text) <= bodies.MAX_BODY_CHARS
    assert len(message.attachments) <= attachments.MAX_ATTACHMENTS


@pytest.mark.alone
def test_sixty_megabytes_fit_in_memory() -> None:
    program = (
        "from pathlib import Path\n"
        "from channels.email.parse import read\n"
        "head = b'From: a@b.example\\nContent-Type: multipart/mixed; boundary=x\\n\\n--x\\nContent-Type: application/pdf; name=a.pdf\\n'\n"
        "raw = b''.join([head, b'Content-Transfer-Encoding: base64\\n\\n', (b'A' * 76 + b'\\r\\n') * 770_000, b'\\n--x--\\n'])\n"
        "assert read(raw).attachments[0].size > 40_000_000\n"
        "print(next(line.split()[1] for line in Path('/proc/self/status').read_text().splitlines() if line.startswith('VmHWM')))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) / 1024 < MOST_MIB


def test_two_hundred_nested_parts_still_say_what_they_hold() -> None:
    message = read(_nested(200))
    assert message.body_text.strip() == "au fond"
    assert "nesting-too-deep" in message.defects


def test_ten_thousand_headers_hide_nothing() -> None:
    raw = b"".join(b"X-%d: v\n" % number for number in range(10_000)) + b"From: jean.dupont@fai.example\nSubject: Voirie\n\nBonjour\n"
    message = read(raw)
    assert (message.from_addr, message.subject, message.body_text) == ("jean.dupont@fai.example", "Voirie", "Bonjour\n")


def test_a_line_of_nearly_a_million_characters_is_kept_whole() -> None:
    message = read(HEAD + b"text/plain\n\n" + b"a" * 999_999)
    assert len(message.body_text) == len(message.reply_text) == 999_999


def test_a_text_too_long_is_cut_in_the_body_and_whole_as_a_file() -> None:
    message = read(HEAD + b"text/plain\n\n" + b"bonjour\n" * 500_000)
    assert len(message.body_text) <= bodies.MAX_BODY_CHARS
    assert [one.size for one in message.attachments] == [4_000_000]
    assert "text-too-long" in message.defects


def test_thousands_of_parts_are_read_up_to_a_limit() -> None:
    message = read(HEAD + b"multipart/mixed; boundary=x\n\n" + b"--x\nContent-Type: text/plain\n\nun\n" * (mime.MAX_PARTS + 500))
    assert message.body_text.count("un") == bodies.MAX_TEXT_PARTS
    assert len(message.attachments) == attachments.MAX_ATTACHMENTS
    assert {"parts-too-many", "texts-too-many", "attachments-too-many"} <= set(message.defects)


def test_an_answer_above_a_very_long_thread_is_found() -> None:
    thread = "\n".join(f"ligne {number}" for number in range(8_000))
    folded = fold(f"D'accord.\n\nLe 12/03/2024 à 09:12, Mairie de Lué a écrit :\n\n{thread}")
    assert folded.reply == "D'accord."
    assert folded.quoted.endswith("ligne 7999")
    marked = "\n".join("> " + line for line in thread.split("\n"))
    assert fold(f"D'accord.\n\nLe 12/03/2024 à 09:12, Mairie a écrit :\n{marked}\n\nAprès.").reply == "D'accord.\n\nAprès."
