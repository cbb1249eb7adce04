"""Templates and scripts keep to a strict content security policy: nothing inline, nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.places import name, sources

TEMPLATES = sources("*.html")
FORBIDDEN = {
    "hx-on": r"\shx-on[:-]",
    "js: or javascript: value": r"""["']\s*(?:js|javascript):""",
    "inline handler": r"\son[a-z]+\s*=\s*[\"']",
    "inline style": r"\sstyle\s*=",
    "style element": r"<style\b",
    "inline script": r"<script\b(?![^>]*\ssrc=)",
    "filter in a trigger": r"hx-trigger\s*=\s*\"[^\"]*\[[^\"]*\"",
    "asset from elsewhere": r"<(?:script|link|img|iframe|source|video|audio)\b[^>]*\s(?:src|href)\s*=\s*[\"']\s*(?:https?:)?//",
    "eval": r"\bhx-vals\s*=\s*[\"']\s*js",
}


def page_templates() -> list[Path]:
    """Templates of pages: mails have inline styles, which is how mail is."""
    return [path for path in TEMPLATES if "mail" not in path.parts and not path.name.endswith((".mail.html", "letter.html"))]


@pytest.mark.parametrize("path", page_templates(), ids=name)
def test_a_template_keeps_to_the_policy(path: Path) -> None:
    text = path.read_text()
    found = {rule: match[0] for rule, pattern in FORBIDDEN.items() if (match := re.search(pattern, text, re.IGNORECASE))}
    assert not found


@pytest.mark.parametrize(
    ("markup", "rule"),
    [
        ('<a hx-on:click="x()">', "hx-on"),
        ('<p onclick="x()">', "inline handler"),
        ('<p style="color: red">', "inline style"),
        ("<script>x()</script>", "inline script"),
        ('<form hx-trigger="click[ctrlKey]">', "filter in a trigger"),
        ('<script src="https://elsewhere.example/x.js">', "asset from elsewhere"),
    ],
)
def test_the_rules_catch_what_they_are_for(markup: str, rule: str) -> None:
    assert re.search(FORBIDDEN[rule], markup, re.IGNORECASE)


def test_scripts_of_ours_build_no_code_from_text() -> None:
    ours = sources("*.js")
    assert not [name(path) for path in ours if re.search(r"\beval\(|new Function\(|\.innerHTML\s*=|document\.write", path.read_text())]
