"""An agent of a member answers the agency on a request of his collectivity, in his own name."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web

from channels.suivi.pages import LONGEST
from grc.errors import Unavailable
from grc.messages.channel import Accept
from grc.messages.envelope import seal
from grc.messages.model import Accepted, Arrival
from grc.tickets.model import TicketKey
from grc.web.citizen import limits, outcome
from grc.web.citizen.limits import Limits, received_file
from grc.web.desk import Desk
from grc.web.page import see_other
from grc.web.pages.agency import own_request, page
from grc.web.pages.frame import frame
from workflows.typed import too_long

TWICE = 600  # seconds within which the same words are one message


@dataclass(frozen=True, slots=True)
class MemberAnswer:
    """Takes such answers in. That the request is his collectivity's is proved by his role reading it."""

    accept: Accept
    limits: Limits
    key: bytes

    async def send(self, desk: Desk) -> web.StreamResponse:
        """`POST /agent/agence/demandes/<reference>/repondre`."""
        surround = await frame(desk)
        row = await own_request(desk)
        text = desk.form.fields.get("texte", "").strip()
        sent = [received_file(one.name, one.content) for one in desk.form.files.get("fichiers", ()) if one.content]
        good, wrong = limits.check(sent, self.limits)
        if not text and not good and not wrong:
            wrong = ["Écrivez votre message, ou joignez un fichier."]
        if len(text) > LONGEST:
            wrong.append(too_long(len(text), LONGEST))
        if wrong:
            return await page(desk, surround, row, error=" ".join(wrong), text=text, status=422)

        key, raw = TicketKey(row["collectivity_id"], row["id"]), seal({"ticket": row["id"], "nom": desk.agent.name, "message": text}, good)
        # Pressed twice it is one message; nobody can guess the number under which a receipt is asked for.
        about = f"{desk.agent.id} {key.id} {int(desk.now.timestamp()) // TWICE} ".encode()
        source_id = base64.urlsafe_b64encode(hmac.digest(self.key, about + raw, "sha256")[:24]).decode()

        async def take() -> web.StreamResponse:  # once his transaction is over: accepting begins another
            return await self._take(desk.request, key, raw, source_id)

        desk.then = take
        return web.Response()

    async def _take(self, request: web.Request, key: TicketKey, raw: bytes, source_id: str) -> web.StreamResponse:
        taken = await self.accept(Arrival("suivi", "suivi", source_id, raw, key.collectivity_id, {"ticket": key.id}))
        if not isinstance(taken, Accepted):
            raise Unavailable(taken.reason)
        found = await outcome.settled(request, key.collectivity_id, "suivi", source_id)
        done = "repondre" if found is not None and found.decided else "attente"
        return see_other(f"/agent/agence/demandes/{quote(request.match_info['reference'])}?fait={done}")
