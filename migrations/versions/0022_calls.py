"""Telephone calls and their log."""

from migrations.run import run

revision = "0022"
down_revision = "0021"

SQL = """
select;
"""


def upgrade() -> None:
    run(SQL)
