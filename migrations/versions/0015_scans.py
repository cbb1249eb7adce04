"""Files are held back until they are known to be clean."""

from migrations.run import run

revision = "0015"
down_revision = "0014"

SQL = """
-- Of a file that waits for the antivirus: when it is looked at next, how often that was tried; then what was found in it, or why nobody
-- could look. The state itself, `scan`, is as old as the table.
alter table attachment
    add column scan_due timestamptz,
    add column scan_tries int not null default 0,
    add column scan_detail text;
create index attachment_scan_due on attachment (scan_due) where scan = 'waiting';
create index attachment_infected on attachment (collectivity_id, id) where scan = 'infected';

-- Whoever runs the installation sees that files wait or harm: how many, since when, what; neither their names nor what they hold.
create policy operator on attachment for select to grc_operator using (scan in ('waiting', 'infected'));
grant select (collectivity_id, id, scan, scan_due, scan_tries, scan_detail) on attachment to grc_operator;
"""


def upgrade() -> None:
    run(SQL)
