"""The ways back: addresses of every kind, conversations, accounts, what providers report."""

from migrations.run import run

revision = "0020"
down_revision = "0019"

SQL = """
select;
"""


def upgrade() -> None:
    run(SQL)
