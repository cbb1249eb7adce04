"""The law of the types, on a page that a jurist reads over: kept true, and readable by somebody who never saw a definition."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.architecture.places import ROOT
from workflows.catalogue import catalogue
from workflows.law_table import page
from workflows.parts.when import TestPart
from workflows.when_in_words import in_words

PAGE = (ROOT / "docs/types.md").read_text(encoding="utf-8")


def test_the_page_is_what_the_command_prints() -> None:
    command = [sys.executable, "-m", "grc.cli.main", "workflow", "law"]
    printed = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    assert printed == PAGE, "grc workflow law > docs/types.md"


def test_every_type_that_people_ask_is_on_it_once_with_its_article_and_why() -> None:
    for name in catalogue().names():
        definition = catalogue().get(name)
        rows = [line for line in PAGE.splitlines() if f"(`{name}`)" in line]
        assert len(rows) == (definition.audience == "citizen"), name
        for row in rows:
            assert f"| {definition.legal.article} | {definition.legal.why} |" in row


def test_silence_rejects_all_but_what_asks_for_no_decision_or_has_a_law_of_its_own() -> None:
    """A report is a complaint (L110-1) and asks for no individual decision (L231-4, 1° and 2°)."""
    citizens = [one for one in (catalogue().get(name) for name in catalogue().names()) if one.audience == "citizen"]
    assert len(citizens) == 20
    silent = {one.name for one in citizens if one.legal.regime == "none"}
    assert silent == {"planning_information", "social_aid_appointment", "gdpr_right", "electoral_roll"}
    assert {one.legal.regime for one in citizens if one.name not in silent} == {"svr"}


def test_it_shows_no_word_of_the_document() -> None:
    table = PAGE.split("## Les délais que le service se donne")[1]
    assert not re.search(r"fields\.|\bTrue\b|\bworking_|\bnull\b", table)


def test_a_page_of_no_type_at_all_is_still_a_page() -> None:
    assert page(()).startswith("# Les types de demande")


def test_a_condition_is_told_as_the_form_asks() -> None:
    acts = catalogue().get("civil_status_copy")
    assert in_words(acts, {"fields.acte": ["naissance"]}) == "«\u00a0Quel acte\u00a0» est «\u00a0Acte de naissance\u00a0»"
    assert in_words(acts, {}) == ""
    light = catalogue().get("street_light")
    assert in_words(light, {"fields.danger": [True]}).endswith("est coché")
    assert "un agent a déjà répondu" in in_words(light, {"answered": [True]})
    event = catalogue().get("event_permit")
    many = in_words(event, {"fields.public": TestPart(min=1500), "fields.rues": TestPart(filled=True)})
    assert many.endswith("est au moins «\u00a01\u202f500\u00a0» et «\u00a0Quelles rues\u00a0» est renseigné")
