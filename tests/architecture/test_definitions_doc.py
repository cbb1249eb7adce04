"""The page on writing types is kept true: it names every word of the language, and its example is sound."""

from __future__ import annotations

import re
from typing import get_args

from tests.architecture.places import ROOT
from workflows.catalogue import catalogue
from workflows.check import check
from workflows.definition import loads
from workflows.document import DefinitionPart, HappeningName
from workflows.faults import EFFECT_NAMES
from workflows.parts.deadlines import Span
from workflows.parts.fields import Kind

TEXT = (ROOT / "docs/definitions.md").read_text(encoding="utf-8")
NAMED = {
    word for said in re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL)) for word in re.findall(r"[a-z_]+", said)
}


def test_it_names_every_kind_of_field_every_effect_and_every_happening() -> None:
    pattern = get_args(HappeningName)[1].pattern
    assert isinstance(pattern, str)
    happenings = set(re.findall(r"[a-z_]{4,}", pattern.split("(deadline")[0])) | {"deadline", "reminder"}
    missing = {*get_args(Kind), *EFFECT_NAMES, *happenings, *(set(Span.model_fields) - {"field"})} - NAMED
    assert not missing


def test_it_names_every_part_of_a_document() -> None:
    assert not set(DefinitionPart.model_fields) - NAMED - {"initial"}


def test_its_example_is_a_sound_type() -> None:
    found = re.search(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    assert found is not None
    definition = loads(found[1], below=lambda name, version: catalogue().document(name, version))
    assert not check(definition, frozenset({"ack"}))
