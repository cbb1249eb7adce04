"""Runs the one SQL text of a revision, as it is: nothing in it is read as a parameter."""

from __future__ import annotations

from alembic import op


def run(sql: str) -> None:
    """Adds the text to the script that `grc.db.migrate` sends to the database in one piece."""
    op.get_context().impl.static_output(sql.strip())
