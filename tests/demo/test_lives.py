"""The catalogue alive in the demonstration: requests of many types, each lived by the real actions on days that suit their dates."""

from __future__ import annotations

from pathlib import Path

from grc.db.transaction import WORKER, Database
from grc.demo import lives
from tests.demo.conftest import NOW
from workflows.catalogue import catalogue
from workflows.shelves import MODULES


def of_citizens(folder: Path) -> Path:
    """The modules of the types that people ask, alone."""
    for module in sorted(MODULES.iterdir()):
        if (module / "demo.yaml").is_file() and any(
            catalogue().entry(name).folder == module and catalogue().get(name).audience == "citizen" for name in catalogue().names()
        ):
            (folder / module.name).symlink_to(module)
    return folder


async def test_requests_of_at_least_ten_types_live_their_own_lives(world: Database, tmp_path: Path) -> None:
    async with world.transaction(WORKER) as tx:
        assert await lives.tell(tx, NOW, of_citizens(tmp_path)) >= 20
        rows = await tx.conn.fetch("select t.type, t.state, t.fields, t.opened_at from ticket t where t.fields <> '{}'::jsonb")
        late = await tx.conn.fetchval("select count(*) from deadline where kind = 'are' and met_at is null and due_at < $1", NOW)
    alive = {row["type"] for row in rows}
    assert len({name for name in alive if catalogue().get(name).audience == "citizen"}) >= 10
    own = {(row["type"], row["state"]) for row in rows if row["state"] not in catalogue().get("general").states}
    assert len({name for name, _ in own}) >= 10, "they are in states of their own"
    assert late == 0, "each was acknowledged"
    planned = [row for row in rows if row["type"] == "street_light" and row["state"] == "planned"]
    assert all(row["fields"]["date_intervention"] > row["opened_at"].date().isoformat() for row in planned)
