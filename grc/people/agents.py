"""The signed-in agent: who he is, and how far his roles reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# A higher role may all that the lower ones may.
RANK = {"agent": 1, "chief": 2, "admin": 3, "operator": 4}


@dataclass(frozen=True, slots=True)
class Membership:
    """A role in one service of a collectivity, or in all of them where `service_id` is None."""

    collectivity_id: int
    service_id: int | None
    role: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The agent a transaction serves, as the SQL function `enter` read him from his session."""

    id: int
    email: str
    name: str
    csrf: str
    preferences: Mapping[str, Any]
    memberships: Sequence[Membership]
    collectivities: tuple[int, ...]
    services: tuple[int, ...]

    def may(self, role: str, collectivity_id: int | None = None) -> bool:
        """Whether he has at least this role, in this collectivity or anywhere."""
        return any(
            RANK[m.role] >= RANK[role] and (collectivity_id is None or m.collectivity_id == collectivity_id) for m in self.memberships
        )

    def roles(self, collectivity_id: int, service_id: int) -> frozenset[str]:
        """His roles on the tickets of one service, lower ones included."""
        highest = max(
            (RANK[m.role] for m in self.memberships if m.collectivity_id == collectivity_id and m.service_id in (None, service_id)),
            default=0,
        )
        return frozenset(name for name, rank in RANK.items() if rank <= highest)
