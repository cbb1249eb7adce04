"""The channels of Meta."""

from migrations.run import run

revision = "0026"
down_revision = "0025"

SQL = """
select;
"""


def upgrade() -> None:
    run(SQL)
