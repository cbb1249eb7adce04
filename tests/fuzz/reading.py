"""A fuzzer guided by coverage over what reads strangers' bytes: `mail`, `text` (the quote folder), `html` (the cleaner).

    script/fuzz mail -max_total_time=600      ten minutes; what follows the name is libFuzzer's

What it finds is a file it names: run it again with that file as the argument, then make a test of it. One input may take five seconds and
one gigabyte. Each begins with our own corpus.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import atheris  # of requirements/fuzz.lock, put beside the environment by script/fuzz

with atheris.instrument_imports(include=["channels.email", "grc.text"]):
    from channels.email.parse import read
    from tests.support.sound import html_is_sound, mail_is_sound, text_is_sound
    from tests.support.vectors import VECTORS

CORPUS = sorted((Path(__file__).parents[1] / "corpus" / "email").glob("*.eml"))
BOUNDS = ("-rss_limit_mb=1024", "-max_len=20000")
MOST_SECONDS = 5.0  # of processor time for one input: libFuzzer's own alarm would end the process before what it found is written
TARGETS: dict[str, Callable[[bytes], None]] = {
    "mail": mail_is_sound,
    "text": lambda raw: text_is_sound(raw.decode("utf-8", "replace")),
    "html": lambda raw: html_is_sound(raw.decode("utf-8", "replace")),
}


def _seeds(target: str) -> Iterator[bytes]:
    """What the fuzzer begins with: our own mails, and of them the texts and the HTML."""
    for path in CORPUS:
        raw = path.read_bytes()
        message = read(raw)
        yield {"mail": raw, "text": message.body_text.encode(), "html": message.body_html.encode()}[target]
    if target == "html":
        yield from (vector.encode("utf-8", "replace") for vector in VECTORS)


def _in_time(target: Callable[[bytes], None], raw: bytes) -> None:
    begun = time.process_time()
    target(raw)
    assert time.process_time() - begun < MOST_SECONDS


def main() -> None:
    """Fuzzes one target until told to stop, or until it finds something."""
    target, *given = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="grc-fuzz-") as folder:
        for number, seed in enumerate(_seeds(target)):
            (Path(folder) / f"seed-{number}").write_bytes(seed)
        again = any(Path(one).is_file() for one in given)
        atheris.Setup([sys.argv[0], *BOUNDS, *given, *([] if again else [folder])], partial(_in_time, TARGETS[target]))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
