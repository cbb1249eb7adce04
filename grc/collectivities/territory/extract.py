"""Writes the extract of the territory from the npm package `@etalab/decoupage-administratif`.

    npm pack @etalab/decoupage-administratif@6.0.0 && tar xzf etalab-decoupage-administratif-6.0.0.tgz
    python -m grc.collectivities.territory.extract package 40 > grc/collectivities/territory/landes.json

An EPCI may cross the border of a department: it belongs to the one where most of its members lie, and keeps all its members.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

KINDS = {
    "CC": "Communauté de communes",
    "CA": "Communauté d’agglomération",
    "CU": "Communauté urbaine",
    "METRO": "Métropole",
}


def extract(communes: Iterable[Mapping[str, Any]], epci: Iterable[Mapping[str, Any]], department: str, version: str) -> dict[str, Any]:
    """The communes of today of a department, and the EPCI that are mostly made of them."""
    today = {c["code"]: c for c in communes if c["type"] == "commune-actuelle"}
    here = {code for code, c in today.items() if c["departement"] == department}
    ours = [e for e in epci if 2 * sum(m["code"] in here for m in e["membres"]) > len(e["membres"])]
    of = {member["code"]: e["code"] for e in ours for member in e["membres"]}
    return {
        "source": "https://github.com/etalab/decoupage-administratif",
        "package": f"@etalab/decoupage-administratif@{version}",
        "licence": "Licence Ouverte 2.0, https://www.etalab.gouv.fr/licence-ouverte-open-licence",
        "department": department,
        "epci": [
            {
                "siren": e["code"],
                "name": _full_name(e["nom"], e["type"]),
                "population": e["populationMunicipale"],
                "members": sorted(m["code"] for m in e["membres"]),
            }
            for e in sorted(ours, key=lambda e: str(e["code"]))
        ],
        "communes": [
            {
                "insee": code,
                "siren": today[code]["siren"],
                "name": _set(today[code]["nom"]),
                "postcodes": today[code]["codesPostaux"],
                "population": today[code]["population"],
                "epci": of.get(code),
            }
            for code in sorted(here)
        ],
    }


def _full_name(name: str, kind: str) -> str:
    """« CC du Seignanx » in full; the list of the DGCL abbreviates the kind."""
    rest = _set(name.removeprefix(kind).strip())
    return rest if "Agglomération" in rest else f"{KINDS.get(kind, kind)} {rest}"


def _set(name: str) -> str:
    """A typed name as a printer sets it."""
    return name.replace("'", "’").replace("oeu", "œu")


def written(data: Mapping[str, Any]) -> str:
    """The extract as JSON with a line per commune and per EPCI, so that a new edition shows what changed."""
    lines = []
    for key, value in data.items():
        if isinstance(value, list):
            rows = ",\n".join("    " + json.dumps(row, ensure_ascii=False) for row in value)
            lines.append(f'  "{key}": [\n{rows}\n  ]')
        else:
            lines.append(f'  "{key}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main(arguments: Sequence[str]) -> int:
    """Reads the unpacked package and prints the extract of one department."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m grc.collectivities.territory.extract PACKAGE_FOLDER DEPARTMENT\n")
        return 2
    package = Path(arguments[0])
    version = json.loads((package / "package.json").read_text())["version"]
    communes = json.loads((package / "data" / "communes.json").read_text())
    epci = json.loads((package / "data" / "epci.json").read_text())
    sys.stdout.write(written(extract(communes, epci, arguments[1], version)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
