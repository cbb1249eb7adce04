"""Whose request a mail continues."""

from migrations.run import run

revision = "0016"
down_revision = "0015"

SQL = """
select;
"""


def upgrade() -> None:
    run(SQL)
