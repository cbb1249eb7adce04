"""Persons found, joined and parted."""

from migrations.run import run

revision = "0021"
down_revision = "0020"

SQL = """
select;
"""


def upgrade() -> None:
    run(SQL)
