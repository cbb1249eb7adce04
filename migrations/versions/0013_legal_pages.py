"""The legal pages of each collectivity."""

from migrations.run import run

revision = "0013"
down_revision = "0012"

SQL = """
select;
"""


def upgrade() -> None:
    run(SQL)
