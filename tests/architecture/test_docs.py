"""Documents are kept true: the files and the links they name exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.places import ROOT, name, tracked

DOCUMENTS = [path for path in tracked() if path.suffix == ".md"]
FOLDERS = "grc|channels|routing|workflows|modules|migrations|docs|script|tests|requirements"


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_files_that_a_document_names_exist(path: Path) -> None:
    named = re.findall(rf"`((?:{FOLDERS})/[\w./-]+\.\w+)`", path.read_text())
    assert not [file for file in named if not (ROOT / file).exists()]


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", path.read_text())
    assert not [link for link in links if not (path.parent / link).exists()]
