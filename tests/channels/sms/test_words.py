"""What a text costs, how an answer becomes short, and when a person asks that no more be sent."""

from __future__ import annotations

import random

import pytest

from channels.sms.parts import cost, plain
from channels.sms.short import MOST_PARTS, MOST_WHOLE, shortened
from channels.sms.stop import START, STOP, wish

LINK = "https://grc.landes.example/suivi/0123456789abcdefghijklmnopqrstuv"


@pytest.mark.parametrize(
    ("text", "parts", "units", "wide"),
    [
        ("", 0, 0, False),
        ("a" * 160, 1, 160, False),
        ("a" * 161, 2, 161, False),
        ("a" * 306, 2, 306, False),
        ("a" * 307, 3, 307, False),
        ("€" * 80, 1, 160, False),
        ("a" + "€" * 80, 2, 161, False),  # the sign of two units that would be cut begins the next part
        ("a" * 152 + "€" + "a" * 152, 3, 306, False),
        ("é" * 160, 1, 160, False),
        ("ê" * 70, 1, 70, True),
        ("ê" * 71, 2, 71, True),
        ("😀" * 35, 1, 70, True),
        ("a" * 66 + "😀" + "a" * 66, 3, 134, True),
    ],
)  # fmt: skip
def test_a_text_costs_what_the_network_counts(text: str, parts: int, units: int, wide: bool) -> None:
    found = cost(text)
    assert (found.parts, found.units, found.wide) == (parts, units, wide)


def test_french_typography_is_written_in_signs_that_cost_less_and_letters_stay() -> None:
    assert plain("Vous avez dit\u00a0: «\u00a0l’arrêté\u00a0»\u202f! Œuvre… 5–7 € — à bientôt") == (
        'Vous avez dit : "l\'arrêté" ! Oeuvre... 5-7 € - à bientôt'
    )
    assert plain("e\u0301te\u0301") == "été", "an accent of its own is put back on its letter"
    assert not cost(plain("Votre demande est enregistrée\u00a0: réponse d’ici le 3 décembre.")).wide


def test_a_short_answer_leaves_whole_and_says_who_writes() -> None:
    assert shortened("C’est réparé.", "Mairie de Sabres", LINK, "4F7K-9QW") == "Mairie de Sabres : C'est réparé."


def test_a_long_answer_becomes_its_beginning_and_the_page_where_it_goes_on() -> None:
    said = "Votre demande a été transmise au service de la voirie qui passera mardi. " * 20
    made = shortened(said, "Mairie de Sabres", LINK, "4F7K-9QW")
    assert made.startswith("Mairie de Sabres : Votre demande a été transmise")
    assert made.endswith(f"...\nLa suite : {LINK}")
    assert cost(made).parts == MOST_PARTS
    assert said.startswith(made.removeprefix("Mairie de Sabres : ").partition("...\n")[0]), "nothing but the end is missing"


def test_where_no_link_may_leave_more_of_the_words_do() -> None:
    said = "Votre demande a été transmise au service de la voirie qui passera mardi. " * 40
    made = shortened(said, "Mairie de Sabres", LINK, "4F7K-9QW", links=False)
    assert "https://" not in made
    assert made.endswith("(demande 4F7K-9QW).")
    assert cost(made).parts == MOST_WHOLE


def test_whatever_is_written_no_answer_costs_more_than_its_parts() -> None:
    chance = random.Random(7)
    signs = "aé€ê😀 \n«’»œ|^"
    for _ in range(300):
        said = "".join(chance.choices(signs, k=chance.randrange(1, 900)))
        has_link = chance.random() < 0.5
        made = shortened(said, "Mairie de X", LINK if has_link else "", "4F7K-9QW")
        assert cost(made).parts <= (MOST_PARTS if has_link else MOST_WHOLE)
        made.encode("utf-16")  # no sign was cut in two


@pytest.mark.parametrize("text", ["STOP", " stop ! ", "Arrêt", "ARRET", "STOP au 36180", "stop 36180", "STOP SMS", "Désabonner"])
def test_the_word_alone_asks_that_no_more_be_sent(text: str) -> None:
    assert wish(text) == STOP


@pytest.mark.parametrize(
    "text", ["Stop aux nuisances rue des Pins", "L’arrêt de bus est cassé", "arrêt de bus", "", "non stop", "STOP " * 30]
)
def test_a_request_that_holds_the_word_is_a_request(text: str) -> None:
    assert wish(text) == ""


def test_a_person_may_be_written_to_again_who_asks_for_it() -> None:
    assert wish("START") == wish("Reprendre.") == START
