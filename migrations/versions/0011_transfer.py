"""A request passes to the body competent for it, and the first one keeps a trace."""

from migrations.run import run

revision = "0011"
down_revision = "0010"

SQL = """
select;
"""


def upgrade() -> None:
    run(SQL)
