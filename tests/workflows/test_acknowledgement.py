"""The acknowledgement that every electronic request gets: whole, plain, and harmless."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from workflows.acknowledgement import Acknowledgement
from workflows.catalogue import catalogue
from workflows.legal_clock import LegalEvent, deadlines
from workflows.mandatory import lacks
from workflows.texts import SHARED, Texts, names, texts_of

ENTRY = catalogue().entry("general")
TEXTS = texts_of(ENTRY.folder)
RECEIVED = datetime(2026, 5, 7, 7, 2, tzinfo=UTC)
CLOCK = deadlines("svr", ENTRY.definition.legal.duration, "metropole", [LegalEvent(RECEIVED, "received")])

REJECTION = Acknowledgement(
    reference="K7M4-QF9",
    tracking_url="https://citoyens.example/suivi/Zk3",
    subject="Lampadaire en panne rue des Pins",
    requester_name="Anne Dupuy",
    received_at=RECEIVED,
    collectivity_name="Mairie de Dax",
    service_name="Éclairage public",
    service_email="mairie@40088.example",
    service_phone="05 58 00 00 00",
    service_address="Rue Saint-Pierre\n40100 Dax",
    regime="svr",
    article=ENTRY.definition.legal.article,
    implicit_on=CLOCK.implicit_decision_on,
    appeal_until=CLOCK.appeal_until,
    answer_by=date(2026, 5, 29),
)
ACCEPTANCE = replace(REJECTION, regime="sva", article="L231-1", appeal_until=None)
SILENT = replace(REJECTION, regime="none", article="", implicit_on=None, appeal_until=None)


@pytest.mark.parametrize("notice", [REJECTION, ACCEPTANCE, SILENT], ids=["rejection", "acceptance", "none"])
def test_it_says_all_that_the_law_wants(notice: Acknowledgement) -> None:
    assert lacks("ack", notice.variables(), notice.render(TEXTS)) == ()


@pytest.mark.parametrize("form", ["text", "html"])
@pytest.mark.parametrize(
    ("said", "article"),
    [
        ("jeudi 7 mai 2026", "R112-11-1, 1°"),
        ("Éclairage public", "R112-11-1, 2°"),
        ("05 58 00 00 00", "R112-11-1, 2°"),
        ("décision implicite de rejet", "R112-11-1"),
        ("mardi 7 juillet 2026", "R112-11-1"),
        ("si elle est complète", "R112-11-1"),
        ("tribunal administratif", "R112-11-1"),
        ("mardi 8 septembre 2026", "R112-11-1"),
    ],
)
def test_a_text_that_leaves_one_of_them_out_is_found_with_its_article(said: str, article: str, form: str) -> None:
    whole = REJECTION.render(TEXTS)
    loose = re.compile(r"\s+".join(map(re.escape, said.split())))
    part = {form: loose.sub("…", getattr(whole, form))}
    assert part[form] != getattr(whole, form)
    assert (article, form) in {(lack.article, lack.form) for lack in lacks("ack", REJECTION.variables(), replace(whole, **part))}


def test_an_attestation_of_acceptance_may_be_asked_for() -> None:
    whole = ACCEPTANCE.render(TEXTS)
    assert "L232-3" in whole.text
    assert "tribunal" not in whole.text
    assert {lack.article for lack in lacks("ack", ACCEPTANCE.variables(), replace(whole, text=whole.text.replace("attestation", "…")))} == {
        "L232-3"
    }


def test_a_service_that_no_one_can_reach_is_found() -> None:
    nowhere = replace(REJECTION, service_email=None, service_phone=None, service_address=None)
    assert {lack.what for lack in lacks("ack", nowhere.variables(), nowhere.render(TEXTS))} == {
        "son adresse électronique ou postale",
        "son numéro de téléphone",
    }
    by_post = replace(REJECTION, service_email=None)
    assert lacks("ack", by_post.variables(), by_post.render(TEXTS)) == ()


def test_the_citizen_finds_his_request_again_and_knows_what_happens_next() -> None:
    whole = REJECTION.render(TEXTS)
    assert "K7M4-QF9" in whole.subject
    for said in ("K7M4-QF9", "https://citoyens.example/suivi/Zk3", "9\u00a0h\u00a002", "Ce qui va se passer", "29\u00a0mai"):
        assert said.casefold() in whole.text.casefold()
        assert said.casefold() in whole.html.casefold()


def test_the_html_holds_no_remote_content_and_escapes_what_the_citizen_wrote() -> None:
    html = replace(REJECTION, subject="<img src=x> & <script>alert(1)</script>").render(TEXTS).html
    tags = re.findall(r"<[^>]*>", html)
    assert {re.split(r"[\s>]", tag.strip("</"))[0] for tag in tags} == {"p", "strong", "br", "a", "h2", "ul", "li", "small"}
    assert "&lt;img" in html
    assert set(re.findall(r'href="([^"]*)"', html)) == {REJECTION.tracking_url, "mailto:mairie@40088.example"}


def test_it_never_carries_an_advertisement_to_somebody_whose_address_was_borrowed() -> None:
    whole = replace(REJECTION, subject="Gagnez sur https://casino.example", requester_name="www.casino.example").render(TEXTS)
    assert "casino" not in whole.text + whole.html + whole.subject


def test_a_subject_of_several_lines_or_without_end_stays_short() -> None:
    whole = replace(REJECTION, subject="Un\r\nBcc: x " + "très " * 500).render(TEXTS)
    assert "\n" not in whole.subject
    assert "« Un Bcc: x très" in whole.text.replace("\u00a0", " ")
    assert len(whole.text) < 4000


@pytest.mark.parametrize("notice", [REJECTION, ACCEPTANCE, SILENT], ids=["rejection", "acceptance", "none"])
def test_it_is_set_as_french_is(notice: Acknowledgement) -> None:
    whole = notice.render(TEXTS)
    for said in (whole.subject, whole.text, re.sub(r"<[^>]*>", "", whole.html)):
        assert not re.search(r"« | »| [;!?:](?!/)|'|\s,", said), re.findall(r".{20}(?:« | »| [;!?:]|')", said)
        assert not re.search(r"usager|instruction|cliquez", said)


def test_a_collectivity_names_its_own_court_and_changes_no_fact() -> None:
    whole = replace(REJECTION, settings={"court_name": "le tribunal administratif de Strasbourg", "reference": "AAAA-AAA"}).render(TEXTS)
    assert "Strasbourg" in whole.text
    assert "Pau" not in whole.text.replace("64010 Pau Cedex", "")
    assert "AAAA-AAA" not in whole.text


def test_a_module_may_say_it_its_own_way(tmp_path: Path) -> None:
    own = tmp_path / "texts" / "ack"
    own.mkdir(parents=True)
    for part in ("subject.txt", "body.txt", "body.html"):
        (own / part).write_text("Reçu {{ reference }}", encoding="utf-8")
    assert REJECTION.render(Texts(tmp_path / "texts")).subject == "Reçu K7M4-QF9"
    (own / "subject.txt").write_text("{{ refernce }}", encoding="utf-8")
    with pytest.raises(UndefinedError, match="refernce"):
        REJECTION.render(Texts(tmp_path / "texts"))
    assert "ack" in names(tmp_path / "texts")


def test_every_variable_is_told_in_the_readme() -> None:
    readme = (SHARED / "README.md").read_text(encoding="utf-8")
    used = {name for path in (SHARED / "ack").iterdir() for name in re.findall(r"\{\{[^}]*?\b([a-z_]+)", path.read_text(encoding="utf-8"))}
    for name in {*REJECTION.variables(), *used}:
        assert f"`{name}`" in readme


CADA = """Vous pourrez alors saisir la CADA dans les deux mois qui suivent le {{ implicit_on }}\u00a0:

- en ligne sur https://www.cada.fr\u202f;
- ou par courrier."""


@pytest.mark.parametrize("notice", [REJECTION, SILENT], ids=["rejection", "none"])
def test_a_type_with_remedies_of_its_own_says_them_in_place_of_the_usual_appeals(notice: Acknowledgement) -> None:
    own = replace(notice, remedies=CADA)
    whole = own.render(TEXTS)
    assert lacks("ack", own.variables(), whole) == ()
    for said in (whole.text, whole.html):
        assert "saisir la CADA" in said
        assert "{{" not in said
        assert "tribunal" not in said
    assert '<a href="https://www.cada.fr">' in whole.html
    assert lacks("ack", replace(REJECTION, remedies=CADA).variables(), replace(whole, text="")) != ()


def test_what_many_texts_end_with_names_who_answers_and_the_court_of_the_collectivity() -> None:
    facts = {**REJECTION.variables(), "agent_name": "Aurore Lapinède"}
    assert TEXTS.part("signature", facts).splitlines() == [
        "Aurore Lapinède",
        "Éclairage public, Mairie de Dax",
        "Téléphone\u00a0: 05 58 00 00 00",
    ]
    assert TEXTS.part("signature", {**facts, "agent_name": "", "service_phone": ""}) == "Éclairage public, Mairie de Dax"
    appeal = TEXTS.part("appeal", facts, {"court_name": "le tribunal administratif de Strasbourg"})
    assert "Strasbourg" in appeal
    assert "deux mois" in appeal
