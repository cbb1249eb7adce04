"""Sources held to be abusive, and who is competent for what where."""

from migrations.run import run

revision = "0012"
down_revision = "0011"

SQL = """
select;
"""


def upgrade() -> None:
    run(SQL)
