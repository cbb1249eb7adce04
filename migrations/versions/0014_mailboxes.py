"""Mailboxes watched by whoever runs the installation: held, read again from their beginning, and signed in to by tokens."""

from migrations.run import run

revision = "0014"
down_revision = "0013"

SQL = """
-- An administrator may hold a mailbox, and have it read again from its beginning. `reading` counts how often that was asked.
alter table account add column paused boolean not null default false;
alter table account add column reading int not null default 0;
grant select (paused, reading), update (paused, reading) on account to grc_web, grc_operator;
create policy operator_holds on account for update to grc_operator using (true) with check (true);

-- Of which reading this is the progress: that of an earlier one is void, whoever still writes it.
alter table mailbox_progress add column reading int not null default 0;

-- The token by which an account signs in, where it does not by a password. One worker at a time asks for another.
create table account_token (
    collectivity_id int not null,
    account_id int not null,
    sealed bytea,                            -- the token, the grant where the provider replaced it, and what they were asked with
    renew_at timestamptz,                    -- shortly before it expires
    renewing_until timestamptz,              -- somebody is asking for another, until then at most
    primary key (collectivity_id, account_id),
    foreign key (collectivity_id, account_id) references account (collectivity_id, id) on delete cascade
);
call protect('account_token');
"""


def upgrade() -> None:
    run(SQL)
