"""What a collectivity may say of its own on the agency's type, and what becomes of it when the agency publishes another version."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.types.authors import Author
from grc.types.settings import allowed, fitting, places, said, say, seen_after, waiting
from workflows.catalogue import catalogue
from workflows.definition import build
from workflows.edit import MISSING, Path, at, drop, put
from workflows.inherit import amend

WHOLE: dict[str, Any] = catalogue().newest["incidents"].document.data
TEXT = next(iter(WHOLE["texts"]))
DEADLINE = next(iter(WHOLE["deadlines"]))
ACT = WHOLE["transitions"][0]["name"]


def settled(*told: tuple[Path, Any]) -> dict[str, Any]:
    patch: dict[str, Any] = {}
    for path, value in told:
        patch, fault = say(patch, WHOLE, path, value)
        assert fault is None, fault
    return patch


@pytest.mark.parametrize(
    ("path", "may"),
    [
        (("title",), True),
        (("fields", "@poste", "label"), True),
        (("texts", TEXT, "body"), True),
        (("deadlines", DEADLINE, "after"), True),
        (("transitions", f"@{ACT}", "who"), True),
        (("legal", "regime"), False),
        (("legal", "article"), False),
        (("legal",), False),
        (("states", "received", "label"), False),
        (("states", "received"), False),
        (("fields", "@poste"), False),
        (("fields", "@poste", "kind"), False),
        (("fields", "@poste", "name"), False),
        (("transitions", f"@{ACT}", "to"), False),
        (("transitions", f"@{ACT}", "effects"), False),
        (("deadlines", DEADLINE), False),
        (("name",), False),
        (("version",), False),
        (("audience",), False),
        (("reactions",), False),
        ((), False),
    ],
)
def test_words_delays_and_roles_are_its_own_the_law_and_the_life_are_not(path: Path, may: bool) -> None:
    assert allowed(path) is may
    if path and not may:
        patch, fault = say({}, WHOLE, path, "autre chose")
        assert patch == {}
        assert fault is not None


def test_what_is_said_is_lived_and_the_rest_comes_from_the_agency() -> None:
    patch = settled((("title",), "Un souci informatique ?"), (("deadlines", DEADLINE, "after"), {"working_hours": 2}),
                    (("transitions", f"@{ACT}", "who"), ["chief", "admin"]), (("fields", "@poste", "help"), "Sous l’écran."))  # fmt: skip
    made = build(amend(WHOLE, fitting(WHOLE, patch)), "")
    assert made.title == "Un souci informatique ?"
    assert made.deadlines[DEADLINE].after.working_hours == 2
    assert made.by_name[ACT].who == ("chief", "admin")
    assert made.by_field["poste"].help == "Sous l’écran."
    assert made.summary == WHOLE["summary"]


def test_saying_what_the_agency_says_is_saying_nothing() -> None:
    assert settled((("title",), WHOLE["title"])) == {}
    assert settled((("title",), "Autre"), (("title",), MISSING)) == {}
    assert settled((("fields", "@poste", "label"), "Machine"), (("fields", "@poste", "label"), MISSING)) == {}


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (("title",), "  ", "est vide"),
        (("texts", TEXT, "body"), "Bonjour.", "Il manque"),
        (("texts", TEXT, "body"), WHOLE["texts"][TEXT]["body"] + "{{ inconnue }}", "« inconnue » n’existe pas"),
        (("texts", TEXT, "body"), "{% for x in y %}", "ne peut pas être écrit"),
        (("transitions", f"@{ACT}", "who"), [], "au moins un rôle"),
        (("transitions", f"@{ACT}", "who"), ["mayor"], "au moins un rôle"),
        (("transitions", f"@{ACT}", "who"), ["requester"], "un rôle du service"),
        (("deadlines", DEADLINE, "after"), {"working_hours": 0}, "un nombre et une unité"),
        (("deadlines", DEADLINE, "after"), {"weeks": 2}, "un nombre et une unité"),
        (("opens",), "demain", "une date"),
        (("fields", "@nowhere", "label"), "x", "le même pour tous"),
    ],
)
def test_what_cannot_be_said_is_refused_with_the_mend(path: Path, value: Any, why: str) -> None:
    patch, fault = say({}, WHOLE, path, value)
    assert patch == {}
    assert fault is not None
    assert why in fault.text


def test_a_new_version_of_the_agency_shows_where_nothing_was_said_and_waits_where_something_was() -> None:
    ours = settled((("title",), "Chez nous"), (("deadlines", DEADLINE, "after"), {"working_hours": 2}))
    seen = seen_after(WHOLE, ours, {}, places(ours))
    assert not waiting(ours, seen, WHOLE)
    newer = put(
        put(put(WHOLE, {}, ("title",), "Titre de l’agence"), {}, ("summary",), "Nouveau résumé."), {}, ("keywords",), ["un", "deux"]
    )
    made = amend(newer, fitting(newer, ours))
    assert (made["title"], made["summary"], made["keywords"]) == ("Chez nous", "Nouveau résumé.", ["un", "deux"])
    (one,) = waiting(ours, seen, newer)
    assert (one.path, one.ours, one.then, one.now) == (("title",), "Chez nous", WHOLE["title"], "Titre de l’agence")
    assert not waiting(ours, seen_after(newer, ours, seen, [("title",)]), newer), "once it was looked at, nothing waits"
    assert waiting(ours, seen_after(newer, ours, seen, [("summary",)]), newer), "looking elsewhere is not looking there"


def test_what_the_new_version_has_lost_is_left_out_and_comes_back_with_it() -> None:
    ours = settled((("fields", "@poste", "label"), "Machine"), (("texts", TEXT, "body"), WHOLE["texts"][TEXT]["body"] + " Merci."))
    newer = drop(WHOLE, {}, ("fields", "@poste"))
    assert fitting(newer, ours) == {"texts": ours["texts"]}
    assert fitting(WHOLE, ours) == ours
    assert [one.path for one in said(ours, {}, newer)] == list(places(ours))


OWN = st.sampled_from([("title",), ("summary",), ("fields", "@poste", "label"), ("fields", "@impact", "help")])
GONE = st.sampled_from([("fields", "@poste"), ("fields", "@impact"), ("deadlines", DEADLINE), ("texts", TEXT)])


@given(
    own=st.dictionaries(OWN, st.text("abc é", min_size=1).filter(str.strip), max_size=4),
    gone=st.sets(GONE),
    who=st.sets(st.sampled_from(["agent", "chief", "admin"]), min_size=1),
)
def test_no_settings_ever_break_the_shape_of_any_version(own: dict[Path, str], gone: set[Path], who: set[str]) -> None:
    patch = settled(*own.items(), (("transitions", f"@{ACT}", "who"), sorted(who)))
    newer: Any = WHOLE
    for path in gone:
        newer = drop(newer, {}, path)
    fit = fitting(newer, patch)
    assert set(places(fit)) <= set(places(patch))
    made = amend(newer, fit)
    for path in places(fit):
        assert at(made, path) == at(patch, path)
    assert [part["name"] for part in made["fields"]] == [part["name"] for part in newer["fields"]], "no part is made of nothing"


def test_names_of_types_never_collide() -> None:
    agency, dax, ajaccio = (
        Author(1, "agency", "254000000", "ALPI"),
        Author(2, "commune", "40088", "Dax"),
        Author(3, "commune", "2A004", "Ajaccio"),
    )
    assert agency.name_for("Réserver une salle des fêtes", ()) == "reserver_salle_fetes"
    assert dax.name_for("Réserver une salle des fêtes", ()) == "c40088_reserver_salle_fetes"
    assert ajaccio.name_for("Signaler", ["c2a004_signaler"]) == "c2a004_signaler_2"
    assert agency.name_for("c40088 pour voir", ()) == "demande_c40088_voir" or agency.writes(agency.name_for("c40088 pour voir", ()))
    assert agency.name_for("2026 !", ()) == "demande_2026"
    assert agency.name_for("Nouveau", ()) == "nouveau_2"
    for author in (agency, dax, ajaccio):
        name = author.name_for("Un titre très long, qui n’en finit pas de finir, et encore plus long", ())
        assert len(name) <= 40
        assert [one.writes(name) for one in (agency, dax, ajaccio)].count(True) == 1
        assert author.writes(name)
    assert not agency.writes("c40088_x")
    assert not dax.writes("c40099_x")
    assert not dax.writes("general")
