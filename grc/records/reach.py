"""How far an agent reaches into registers: whose he reads, which lines, and whether he may write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grc.collectivities.kinds import agency
from grc.db.transaction import Transaction
from grc.errors import Forbidden, NotFound
from grc.people.agents import SignedIn
from workflows.register import Register

WRITES = "chief"  # the least role, at whoever keeps the register, that changes its lines


@dataclass(frozen=True, slots=True)
class Reach:
    """One register of one collectivity, as one agent reaches it.

    `members`: the collectivities whose lines he sees; None where he sees all. `ours`: he works for whoever keeps it.
    """

    register: Register
    owner: int
    ours: bool
    writes: bool
    members: Sequence[int] | None = None

    def allow(self) -> None:
        """Forbidden where he may not write."""
        if not self.writes:
            raise Forbidden("Votre rôle ne vous permet pas de changer ce registre : demandez à un responsable de service.")


async def reaches(tx: Transaction, agent: SignedIn, registers: Iterable[Register]) -> list[Reach]:
    """Every register he reaches; one that each collectivity keeps is there once for each of his."""
    keeper = await agency(tx)
    found = []
    for register in registers:
        owners = agent.collectivities if register.owner == "each" else () if keeper is None else (keeper,)
        found += [made for owner in owners if (made := _reach(agent, register, owner)) is not None]
    return found


async def reach(tx: Transaction, agent: SignedIn, register: Register | None, owner: int | None = None) -> Reach:
    """How he reaches one register: of the collectivity that is named, else of his first. NotFound where he does not."""
    found = await reaches(tx, agent, [register] if register is not None else [])
    for made in found:
        if owner in (None, made.owner):
            return made
    raise NotFound("Ce registre n’existe pas, ou ne vous est pas accessible.")


def _reach(agent: SignedIn, register: Register, owner: int) -> Reach | None:
    if owner in agent.collectivities:
        return Reach(register, owner, ours=True, writes=agent.may(WRITES, owner))
    if register.shown_to == "owner":
        return None
    return Reach(register, owner, ours=False, writes=False, members=agent.collectivities if register.shown_to == "member" else None)
