"""Where a place can be shown and looked up: the installation's tiles and geocoder. Without them a place is a text, and all works."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from grc.settings import Settings
from grc.web.headers import PAGE_POLICY

# The plan of the IGN, as its service of tiles names it (WMTS): added to a root without a path.
_IGN_PLAN = (
    "/wmts?SERVICE=WMTS&VERSION=1.0.0&REQUEST=GetTile&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&STYLE=normal&FORMAT=image/png"
    "&TILEMATRIXSET=PM&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
)
_GEOCODER_PATH = "/geocodage/search"


@dataclass(frozen=True, slots=True)
class Places:
    """What a field for a place may use. `tiles` is the address of a tile with {z}, {x} and {y}; empty: no map."""

    tiles: str = ""
    credit: str = ""
    suggests: bool = False

    @property
    def policy(self) -> str:
        """The policy of a page that may show the map: its pictures may come from where the tiles are, and nothing else changes."""
        if not self.tiles:
            return PAGE_POLICY
        parts = urlsplit(self.tiles)
        return PAGE_POLICY.replace("img-src 'self'", f"img-src 'self' {parts.scheme}://{parts.netloc}")


def places(settings: Settings) -> Places:
    """What this installation has."""
    tiles = settings.tiles_url or ""
    if tiles and "{z}" not in tiles:
        tiles = tiles.rstrip("/") + _IGN_PLAN
    return Places(tiles, "IGN" if "PLANIGN" in tiles else urlsplit(tiles).netloc, bool(settings.geocoder_url))


def geocoder(settings: Settings) -> str:
    """The address that is asked for suggestions, empty where there is none: IGN's path is added to a root without one."""
    root = (settings.geocoder_url or "").rstrip("/")
    return root + _GEOCODER_PATH if root and urlsplit(root).path in ("", "/") else root
