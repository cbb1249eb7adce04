"""Mailboxes watched by whoever runs the installation."""

from migrations.run import run

revision = "0014"
down_revision = "0013"

SQL = """
select;
"""


def upgrade() -> None:
    run(SQL)
