"""A switchboard: it tells calls as they happen, and writes its records as Asterisk and FreeSWITCH document them."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from channels.phone.receive import GRACE
from grc import clock
from grc.actions import intake
from grc.actions.house import House
from grc.db.transaction import WORKER
from grc.messages import accounts
from grc.messages.channel import HasAccounts
from grc.messages.seal import Seal
from grc.settings import Settings

TOWN, CITIZEN, OTHER = "+33536490001", "+33639980011", "+33639980022"
PARIS = ZoneInfo("Europe/Paris")


async def line(house: House, settings: Settings, code: str = "40902", **values: str) -> str:
    """A telephone line, added as an operator does; the path that its switchboard is to call."""
    channel = house.channels["phone"]
    assert isinstance(channel, HasAccounts)
    new = channel.read_account({"number": TOWN} | values)
    async with house.db.transaction(WORKER) as tx:
        number = await accounts.add(tx, "phone", code, new, Seal.of(settings).close(new.secrets))
        account = await accounts.one(tx, number, clock.now())
    assert account is not None
    path = channel.hook(account)
    assert path is not None
    return path


async def taken_in(house: House) -> None:
    """Takes in all that came, as a worker does once it has waited for what may still be said."""
    while some := await intake.claim(house, clock.now() + GRACE, 10):
        await asyncio.gather(*(intake.take_in(house, one, clock.now) for one in some))


async def has_line(house: House, agent_id: int, *lines: str) -> None:
    """An agent has said that these lines are his."""
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update agent set preferences = preferences || $2 where id = $1", agent_id, {"lines": list(lines)})


@dataclass(slots=True)
class Switchboard:
    """One that speaks to a hook at this address. Each call has a name of its own."""

    url: str
    client: aiohttp.ClientSession
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def call(self) -> str:
        """A name for a call."""
        return f"appel-{next(self._numbers)}"

    async def tell(self, event: str, call: str, *, as_json: bool = False, **said: Any) -> int:
        """Says one thing; the status of the answer."""
        fields = {"event": event, "callId": call, "from": CITIZEN.removeprefix("+"), "to": TOWN.removeprefix("+"), "direction": "in"}
        given: dict[str, Any] = {"from" if name == "caller" else name: value for name, value in said.items()}
        fields |= given
        sent = {"json": fields} if as_json else {"data": fields}
        async with self.client.post(self.url, **sent) as answer:  # type: ignore[arg-type]
            return answer.status

    async def missed(self, caller: str = CITIZEN, cause: str = "cancel", **said: Any) -> str:
        """A call that nobody takes."""
        call = self.call()
        await self.tell("newCall", call, caller=caller, **said)
        await self.tell("hangup", call, caller=caller, cause=cause, **said)
        return call


def master(start: datetime, **said: Any) -> list[str]:
    """A line of Asterisk's Master.csv, its times on the clock of Paris: 16 columns, and uniqueid unless it is None."""
    given: dict[str, Any] = {
        "src": CITIZEN, "dst": "0536490001", "waited": 8, "talked": 40, "disposition": "ANSWERED", "desk": "214", "uniqueid": "",
        "lastapp": "Dial", "zone": PARIS,
    } | said  # fmt: skip
    taken = given["disposition"] == "ANSWERED"
    end = start + timedelta(seconds=given["waited"] + (given["talked"] if taken else 0))

    def shown(at: datetime) -> str:
        return f"{at.astimezone(given['zone']):%Y-%m-%d %H:%M:%S}"

    desk = f"PJSIP/{given['desk']}-0000002f" if given["desk"] else ""
    row = [
        "", given["src"], given["dst"], "from-trunk", f'"Léa" <{given["src"]}>', "PJSIP/trunk-0000002e", desk, given["lastapp"],
        "PJSIP/214,30", shown(start), shown(end - timedelta(seconds=given["talked"])) if taken else "", shown(end),
        str(int((end - start).total_seconds())), str(given["talked"] if taken else 0), given["disposition"], "DOCUMENTATION",
    ]  # fmt: skip
    return row if given["uniqueid"] is None else [*row, given["uniqueid"] or f"{int(start.timestamp())}.{next(_serial)}"]


_serial = count(1)


def written(rows: list[list[str]]) -> bytes:
    """Rows as cdr_csv writes them: texts in quotes, numbers bare."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows(rows)
    return out.getvalue().encode()


def leg(start: datetime, **said: Any) -> dict[str, Any]:
    """A record of FreeSWITCH's mod_json_cdr, of the leg that came in, its values URL-encoded as by default."""
    epoch = int(start.astimezone(UTC).timestamp())
    given: dict[str, Any] = {
        "uuid": "5f1e9d2c-0001",
        "caller": "%2B33639980011",
        "called": "0536490001",
        "waited": 8,
        "talked": 40,
        "taken": True,
    } | said
    answered = epoch + given["waited"] if given["taken"] else 0
    end = epoch + given["waited"] + (given["talked"] if given["taken"] else 0)
    variables = {
        "direction": "inbound", "uuid": given["uuid"], "call_uuid": given["uuid"], "start_epoch": str(epoch), "answer_epoch": str(answered),
        "bridge_epoch": str(answered), "end_epoch": str(end), "duration": str(end - epoch),
        "billsec": str(end - answered if answered else 0),
        "hangup_cause": "NORMAL_CLEARING" if given["taken"] else "ORIGINATOR_CANCEL", "last_sent_callee_id_number": "214",
        "sip_from_user": given["caller"], "start_stamp": f"{start:%Y-%m-%d%%20%H%%3A%M%%3A%S}",
    }  # fmt: skip
    profile = {"caller_id_name": "L%C3%A9a%20Dune", "caller_id_number": given["caller"], "destination_number": given["called"]}
    return {
        "core-uuid": "c0de", "switchname": "pbx", "channel_data": {"state": "CS_REPORTING", "direction": "inbound"},
        "variables": variables, "callflow": [{"dialplan": "XML", "caller_profile": profile, "times": {}}],
    }  # fmt: skip
