"""Web sites of members."""

from migrations.run import run

revision = "0024"
down_revision = "0023"

SQL = """
select;
"""


def upgrade() -> None:
    run(SQL)
