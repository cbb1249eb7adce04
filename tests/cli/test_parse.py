"""`grc parse email`: a JSON line per file, in order, in one process and without a database."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

CORPUS = Path(__file__).parents[1] / "corpus" / "email"
KEYS = {
    "message_id", "in_reply_to", "references", "subject", "from_addr", "from_name", "to", "cc", "date",
    "body_text", "body_html", "reply_text", "attachments", "is_auto", "is_bounce", "bounce_of", "defects",
}  # fmt: skip


def _grc(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    program = "import sys; from grc.cli.main import main; sys.exit(main())"
    return subprocess.run([sys.executable, "-c", program, "parse", "email", *arguments], input=stdin, capture_output=True, check=False)


def test_every_file_is_a_line_in_order_and_a_missing_one_says_so() -> None:
    files = [str(CORPUS / "a_bounce.eml"), "/nulle/part.eml", str(CORPUS / "winmail_dat.eml")]
    done = _grc(*files)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert set(lines[0]) == set(lines[2]) == KEYS
    assert lines[0]["is_bounce"] is True
    assert set(lines[1]) == {"error"}
    assert lines[2]["attachments"] == [{"name": "plan.txt", "type": "text/plain", "size": 7, "inline": False}]


def test_without_a_file_the_mail_comes_on_the_standard_input() -> None:
    done = _grc(stdin=b"Subject: Nid de poule\n\nRue des Pins.\n")
    assert done.returncode == 0
    assert json.loads(done.stdout)["subject"] == "Nid de poule"
