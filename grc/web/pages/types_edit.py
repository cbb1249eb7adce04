"""A change of a draft, kept at once, and the part shown again; or one step back."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web

from grc.actions.publish import looked_at
from grc.errors import BadInput, Conflict, NotFound
from grc.types import drafts, store
from grc.types.drafts import Written
from grc.web.desk import Desk
from grc.web.page import see_other
from grc.web.pages.types_bench import NOTHING, PARTS, address, anchor, author_of
from workflows import change as reshape
from workflows import edit, yaml_lines
from workflows.change import Changed
from workflows.edit import Astray, parse, spell
from workflows.relive import relived
from workflows.yaml_write import write

LONGEST = 400_000  # characters of a document
MOVED = "Cette partie a changé entre-temps. Rechargez la page, puis recommencez."
UNREADABLE = "Le document n’est pas lisible en ce moment : corrigez-le d’abord dans « Document »."


async def change(desk: Desk) -> web.StreamResponse:
    """Does what the form asks of the draft."""
    act = desk.request.match_info["act"]
    if act not in reshape.ACTS:
        raise NotFound(NOTHING)
    draft = await held(desk)
    try:
        found = yaml_lines.read(draft.document)
        below = await store.below_of(desk.tx, found.data)
        changed = reshape.change(act, found.data, below.data if below else {}, desk.form.fields)
    except yaml_lines.Unreadable as error:
        raise Conflict(UNREADABLE) from error
    except (Astray, TypeError, AttributeError, ValueError) as error:  # what the form was made for is gone, or has another shape now
        raise Conflict(MOVED) from error
    await keep(desk, draft, write(changed.own, draft.document))
    return back(draft.name, desk.form.text("partie", 40), changed)


async def relive(desk: Desk) -> web.StreamResponse:
    """A scenario told anew, as the type lives it now; what can no longer happen in it is left out."""
    draft = await held(desk)
    here = await looked_at(desk.tx, draft.document)
    path = parse(desk.form.text("chemin", 2_000))
    part = edit.at(here.whole, path) if here.shapely and len(path) == 2 and path[0] == "scenarios" else edit.MISSING
    if here.definition is None or not isinstance(part, Mapping):
        raise Conflict(MOVED)
    own = edit.put(here.own, here.below, (*path, "life"), relived(here.definition, part["life"]))
    await keep(desk, draft, write(own, draft.document))
    return back(draft.name, "scenarios", Changed(own, path))


async def put_text(desk: Desk) -> web.StreamResponse:
    """Keeps the document as it was typed: what is wrong in it is told beside it."""
    draft = await held(desk)
    await keep(desk, draft, desk.form.fields.get("document", "").strip() + "\n")
    return see_other(f"{address(draft.name)}/brouillon/texte?fait=texte")


async def undo(desk: Desk) -> web.StreamResponse:
    """The draft as it was before its last change; once more, and the change is there again."""
    draft = await held(desk)
    if draft.before is None:
        raise Conflict("Il n’y a rien à annuler.")
    await keep(desk, draft, draft.before)
    return see_other(f"{address(draft.name)}/brouillon/{_known(desk.form.text('partie', 40))}?fait=annuler")


async def give_up(desk: Desk) -> web.StreamResponse:
    """The draft is gone; what was published stays."""
    draft = await held(desk)
    await drafts.drop(desk.tx, draft.collectivity_id, draft.name)
    return see_other(
        "/admin/types?fait=abandonner" if not await drafts.newest(desk.tx, draft.name) else f"{address(draft.name)}?fait=abandonner"
    )


async def held(desk: Desk) -> Written:
    """The draft of the address, held for this administrator of its collectivity. NotFound where there is none of his."""
    name = desk.request.match_info["name"]
    author = await author_of(desk, name)
    draft = await drafts.draft(desk.tx, author.id, name, hold=True)
    if draft is None:
        raise NotFound(NOTHING)
    return draft


async def keep(desk: Desk, draft: Written, text: str) -> None:
    """Keeps the text of a draft, within bounds."""
    if len(text) > LONGEST:
        raise BadInput(
            "document", "Ce type devient trop long : 400\u00a0000 caractères au plus. La dernière modification n’est pas gardée."
        )
    if text != draft.document:
        await drafts.save(desk.tx, draft.collectivity_id, draft.name, text, desk.agent.id, desk.now)


def back(name: str, part: str, changed: Changed) -> web.StreamResponse:
    """Back to the part that was changed, with that part open."""
    told = {"retire": changed.gone or "ligne"} if changed.gone else {"ouvrir": spell(changed.path)} if changed.path else {}
    query, place = f"?{urlencode(told)}" if told else "", f"#{anchor(changed.path)}" if changed.path and not changed.gone else ""
    return see_other(f"{address(name)}/brouillon/{_known(part)}{query}{place}")


def _known(part: str) -> str:
    return part if part in PARTS else "general"
