"""Letters of the demonstration: two wait on the desk, one answer is to be printed, one was posted, one came back. Nobody's words."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from channels.paper import decision, post, send
from channels.paper.bounds import SEEN_DPI
from channels.paper.propose import propose
from channels.paper.take import queries as desk
from grc import files
from grc.actions.reply import answer_subject, reply
from grc.clock import PARIS
from grc.db import sql
from grc.db.transaction import Transaction
from grc.messages.marks import Marks
from grc.messages.model import OutboundMessage
from grc.paper.render import render
from grc.people.agents import Membership, SignedIn
from grc.settings import Settings
from grc.tickets.model import NewDelivery, TicketKey
from workflows.dates import in_words
from workflows.working_days import is_working_day

if TYPE_CHECKING:
    from PIL.Image import Image

queries = sql.load(__file__, "demo.sql")

HOUSE, ANSWERS = 40192, "maite.desbruyeres@40192.example"
HOMES = (
    "8 rue des Arbousiers\n40000 Mont-de-Marsan",
    "27 avenue du Marsan\n40000 Mont-de-Marsan",
    "3 impasse du Rémouleur\n40000 Mont-de-Marsan",
)
ANSWER = (
    "Madame, Monsieur,\n\nNous avons bien reçu votre demande. Nous l’avons transmise à l’équipe qui se rend sur place, et nous vous "
    "dirons par lettre ce qu’elle aura constaté.\n\nSi votre situation change entre-temps, écrivez-nous ou appelez-nous\u00a0: il suffit "
    "de rappeler la référence ci-dessus.\n\nNous vous prions d’agréer, Madame, Monsieur, nos salutations distinguées."
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """A letter as somebody typed it at home."""

    file: str
    sender: tuple[str, ...]
    subject: str
    said: tuple[str, ...]
    days: int  # how long ago it was written
    plan: bool = False  # with a sketch on a second page


TYPED = (
    Typed(
        "copieur-accueil-0117.pdf",
        ("Mme Honorine Sauveterre", "14 rue des Genêts", "40000 Mont-de-Marsan", "05 36 49 00 77"),
        "Trottoir affaissé devant l’école du Pouy",
        (
            "Madame, Monsieur,",
            "Depuis les pluies de ce mois, le trottoir s’est affaissé devant le 14 de la rue des Genêts, sur la longueur d’une voiture. "
            "Les enfants de l’école descendent sur la chaussée pour passer, et les voitures y roulent vite le matin.",
            "Je vous demande de faire poser au moins une barrière en attendant la réparation. Je joins un croquis de l’endroit.",
            "Je n’ai pas d’ordinateur\u00a0: merci de me répondre par lettre.",
            "Je vous prie d’agréer, Madame, Monsieur, l’expression de mes sentiments distingués.",
        ),
        4,
        plan=True,
    ),
    Typed(
        "copieur-accueil-0118.pdf",
        ("M. Anselme Castetcrabe", "5 chemin de la Palombière", "40000 Mont-de-Marsan", "anselme.castetcrabe@courriel.example"),
        "Renouvellement d’une concession au cimetière",
        (
            "Madame, Monsieur,",
            "La concession de mes parents au cimetière du centre arrive à son terme au début de l’année prochaine. Je souhaite la "
            "renouveler pour trente ans.",
            "Pouvez-vous m’indiquer le tarif, et les pièces que je dois vous remettre\u00a0?",
            "Avec mes remerciements, je vous prie de recevoir mes salutations distinguées.",
        ),
        3,
    ),
)  # fmt: skip


async def tell(tx: Transaction, settings: Settings, now: datetime) -> None:
    """Writes the letters that wait, and the answers that left or are about to."""
    house = await queries.house(tx.conn, collectivity_id=HOUSE, email=ANSWERS)
    for typed in TYPED:
        await _scanned(tx, house, typed, now)
    agent = SignedIn(house["agent_id"], ANSWERS, house["agent"], "", {}, (Membership(HOUSE, None, "admin"),), (HOUSE,), ())
    asked = [row async for row in queries.silent(tx.conn, collectivity_id=HOUSE, before=_ago(now, 3), most=len(HOMES))]
    marks = Marks(settings.key("paper"))
    for number, (row, home) in enumerate(zip(asked, HOMES, strict=False)):
        await queries.give_home(tx.conn, collectivity_id=HOUSE, person_id=row["requester_id"], address=home)
        key = (HOUSE, await _answered(tx, agent, row, marks, _ago(now, 3) if number else now - timedelta(minutes=40)))
        if number:
            await post.post(tx, agent, [key], None, "1A 203 456 7891 4" if number == 1 else "", _ago(now, 2))
        if number == 2:
            await post.give_back(tx, agent, key, None, "npai", _ago(now, 1))


def _ago(now: datetime, count: int) -> datetime:
    """So many working days ago, at this time of day."""
    while count:
        now -= timedelta(days=1)
        count -= is_working_day(now.astimezone(PARIS).date(), "metropole")
    return now


async def _scanned(tx: Transaction, house: Mapping[str, Any], typed: Typed, now: datetime) -> None:
    """One file of the copier, cut and read: its pictures, its words, what they propose."""
    at = now - timedelta(hours=1)
    today = at.astimezone(PARIS).date()
    text, leaves = _text(house, typed, today - timedelta(days=typed.days)), _leaves(house, typed, today - timedelta(days=typed.days))
    content = io.BytesIO()
    leaves[0].save(content, "PDF", save_all=True, append_images=leaves[1:], resolution=SEEN_DPI)
    pictures = [_jpeg(leaf) for leaf in leaves]
    kept = [(await files.keep(tx.store, one), one) for one in (content.getvalue(), *pictures)]
    await files.record(tx, HOUSE, kept)
    scan = await desk.take(
        tx.conn, collectivity_id=HOUSE, source="page", name=typed.file, digest=kept[0][0], size=len(kept[0][1]), agent_id=house["agent_id"],
        service_id=house["service_id"], arrived_on=today, now=at,
    )  # fmt: skip
    numbers = list(range(1, len(leaves) + 1))
    await desk.cut(tx.conn, collectivity_id=HOUSE, id=scan, tries=0, pages=len(leaves), detail="")
    await desk.add_pages(
        tx.conn, collectivity_id=HOUSE, scan_id=scan, numbers=numbers, digests=[digest for digest, _ in kept[1:]],
        widths=[leaf.width for leaf in leaves], heights=[leaf.height for leaf in leaves],
    )  # fmt: skip
    await queries.add_read(
        tx.conn, collectivity_id=HOUSE, scan_id=scan, pages=numbers, service_id=house["service_id"], arrived_on=today, text=text,
        proposed=decision.kept(propose(text, today)), now=at,
    )  # fmt: skip


def _words(house: Mapping[str, Any], typed: Typed, day: date) -> dict[str, Any]:
    to = tuple(house["postal_address"].splitlines())
    return {
        "sender": typed.sender, "to": to, "dated": f"Mont-de-Marsan, le {in_words(day)}", "subject": typed.subject, "said": typed.said,
        "signed": typed.sender[0].partition(" ")[2], "plan": typed.plan,
    }  # fmt: skip


def _text(house: Mapping[str, Any], typed: Typed, day: date) -> str:
    """What reading the letter gives."""
    words = _words(house, typed, day)
    blocks = (
        *("\n".join(words[name]) for name in ("sender", "to")),
        words["dated"],
        f"Objet\u00a0: {typed.subject}",
        *typed.said,
        words["signed"],
    )
    return "\n\n".join(blocks)


def _leaves(house: Mapping[str, Any], typed: Typed, day: date) -> Sequence[Image]:
    """Its pages as a copier sees them: grey, and not quite straight."""
    import typst
    from PIL import Image

    from grc.paper.render import fonts

    pages: Any = typst.compile(
        Path(__file__).with_name("demo.typ"), format="png", ppi=SEEN_DPI, font_paths=fonts(), ignore_system_fonts=True,
        sys_inputs={"words": orjson.dumps(_words(house, typed, day)).decode()},
    )  # fmt: skip
    made = [Image.open(io.BytesIO(one)).convert("L") for one in (pages if isinstance(pages, list) else [pages])]
    return [leaf.rotate(0.6, Image.Resampling.BILINEAR, fillcolor=255).point(lambda grey: round(grey * 0.86) + 30) for leaf in made]


def _jpeg(leaf: Image) -> bytes:
    out = io.BytesIO()
    leaf.save(out, "JPEG", quality=60, optimize=True)
    return out.getvalue()


async def _answered(tx: Transaction, agent: SignedIn, asked: Mapping[str, Any], marks: Marks, at: datetime) -> int:
    """Answers a request by letter, which is written as the channel writes it; the number of its delivery."""
    where, address = {"collectivity_id": HOUSE}, f"post:{asked['requester_id']}"
    message = await reply(tx, agent, TicketKey(HOUSE, asked["id"]), ANSWER, (), at, way=NewDelivery("paper", address, automatic=False))
    outgoing = int((await queries.leaving(tx.conn, **where, message_id=message))["id"])
    about = await send.queries.about(tx.conn, **where, outgoing_id=outgoing)
    lines = send.address_of(about)
    subject = answer_subject(asked["subject"], asked["reference"])
    sent = OutboundMessage(
        outgoing, HOUSE, asked["id"], asked["reference"], "paper", address, subject, ANSWER, None, "", "", "", "", (),
        automatic=False, at=at, said=ANSWER,
    )  # fmt: skip
    content = render(send.sheet_of(sent, about, lines, marks.letter(asked["reference"])))
    digest = await files.keep(tx.store, content)
    await files.record(tx, HOUSE, [(digest, content)])
    await send.queries.print(
        tx.conn, **where, outgoing_id=outgoing, ticket_id=asked["id"], message_id=message, address="\n".join(lines), digest=digest, pages=1,
        now=at,
    )  # fmt: skip
    await queries.printed(tx.conn, **where, outgoing_id=outgoing, now=at)
    return outgoing
