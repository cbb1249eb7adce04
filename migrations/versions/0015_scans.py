"""Files are held back until they are known to be clean."""

from migrations.run import run

revision = "0015"
down_revision = "0014"

SQL = """
select;
"""


def upgrade() -> None:
    run(SQL)
