"""Mastodon and SMS."""

from migrations.run import run

revision = "0027"
down_revision = "0026"

SQL = """
select;
"""


def upgrade() -> None:
    run(SQL)
