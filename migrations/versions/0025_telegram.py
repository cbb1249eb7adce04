"""The channel of Telegram."""

from migrations.run import run

revision = "0025"
down_revision = "0024"

SQL = """
select;
"""


def upgrade() -> None:
    run(SQL)
