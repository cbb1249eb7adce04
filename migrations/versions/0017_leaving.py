"""Mail that leaves: held back for a moment, at the pace of its relay, with its evidence."""

from migrations.run import run

revision = "0017"
down_revision = "0016"

SQL = """
select;
"""


def upgrade() -> None:
    run(SQL)
