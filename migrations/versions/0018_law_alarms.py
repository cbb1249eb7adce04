"""Alarms of the law that reach the head of a service."""

from migrations.run import run

revision = "0018"
down_revision = "0017"

SQL = """
select;
"""


def upgrade() -> None:
    run(SQL)
