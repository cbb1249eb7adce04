"""Intake, made quicker."""

from migrations.run import run

revision = "0028"
down_revision = "0027"

SQL = """
select;
"""


def upgrade() -> None:
    run(SQL)
