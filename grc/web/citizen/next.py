"""What happens next with a request, by when, and what the citizen can do: in plain French, the article behind it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from grc.web.citizen.request import CitizenRequest, Due
from grc.web.words import NBSP, day, last_day


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to come: a sentence, and the reasoning behind it for whoever wants to know more."""

    text: str
    why: Sequence[str] = ()
    article: str = ""


def steps(request: CitizenRequest, regime: str, now: datetime) -> list[Step]:
    """What is to come, in the order in which it will; `regime` is what silence is worth for this type (svr, sva).

    Nothing for a closed request but what silence has done or will do.
    """
    standing = [due for due in request.due if due.met_at is None]
    found = []
    if request.open and not request.answered:
        found.append(_answer(next((due for due in standing if due.kind == "answer"), None), now))
    found.extend(_items(due) for due in standing if due.kind == "complete" and due.at > now)
    found.extend(_silence(due, regime, now) for due in standing if due.kind == "implicit_decision")
    found.extend(_appeal(due) for due in standing if due.kind == "appeal" and due.at > now)
    return found


def _answer(due: Due | None, now: datetime) -> Step:
    if due is None:
        return Step("Un agent va lire votre demande et vous répondre.")
    if due.at <= now:
        return Step(
            f"Nous visions une réponse avant le {_last_day(due)}. Nous sommes en retard, et nous vous prions de nous en excuser. "
            "Vous pouvez nous écrire ci-dessous."
        )
    return Step(f"Un agent va lire votre demande. Nous visons une première réponse d’ici au {_last_day(due)}.", due.reasons)


def _silence(due: Due, regime: str, now: datetime) -> Step:
    on = _last_day(due)
    worth, then = ("accord", "demander une attestation de cet accord") if regime == "sva" else ("refus", "le contester")
    if due.at <= now:
        text = (
            f"Nous n’avons pas répondu avant le {on} à minuit. Si vous demandiez une décision, notre silence vaut {worth}{NBSP}: "
            f"vous pouvez {then}."
        )
    else:
        text = (
            f"Si vous demandez une décision et que nous n’avons pas répondu le {on} à minuit, notre silence vaudra {worth}. "
            f"Vous pourrez alors {then}."
        )
    return Step(text, due.reasons, due.article)


def _items(due: Due) -> Step:
    return Step(f"Il nous manque des pièces{NBSP}: envoyez-les ci-dessous avant la fin du {_last_day(due)}.", due.reasons, due.article)


def _appeal(due: Due) -> Step:
    return Step(f"Si vous contestez cette décision, vous pouvez saisir le tribunal jusqu’au {_last_day(due)}.", due.reasons, due.article)


def _last_day(due: Due) -> str:
    """`mardi 15 décembre 2026`, its number never parted from its month by the end of a line."""
    weekday, _, rest = day(last_day(due.at)).partition(" ")
    return f"{weekday} {rest.replace(' ', NBSP)}"
