"""Who answers the citizen: the collectivity and its service, as notices and letters name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from grc.collectivities.naming import title

Region = Literal["metropole", "alsace-moselle"]
REPLY_DAYS = 90  # after its closing, a reply to a request opens another one, where the collectivity has said nothing else


@dataclass(frozen=True, slots=True)
class Collectivity:
    """A commune, community, syndicate or the agency. `postal_address` has its lines separated by newlines."""

    id: int
    kind: str
    name: str
    email: str | None
    phone: str | None
    postal_address: str | None
    region: Region
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """« Mairie de Dax »."""
        return title(self.kind, self.name)


@dataclass(frozen=True, slots=True)
class Service:
    """A service of a collectivity. Where it has no address or telephone of its own, the collectivity's hold."""

    collectivity_id: int
    id: int
    slug: str
    name: str
    email: str | None
    phone: str | None
