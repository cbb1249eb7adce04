"""Letters: scans that come in, letters that leave."""

from migrations.run import run

revision = "0023"
down_revision = "0022"

SQL = """
select;
"""


def upgrade() -> None:
    run(SQL)
