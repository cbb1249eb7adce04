"""The channel of Telegram."""

from migrations.run import run

revision = "0025"
down_revision = "0024"

SQL = """
-- How far the updates of each bot have been taken: every one below `next` is in the ledger. `at` is when the last one came, for Telegram
-- may number them anew after a week without any.
create table telegram_progress (
    collectivity_id int not null,
    account_id int not null,
    next bigint not null,
    at timestamptz not null,
    primary key (collectivity_id, account_id),
    foreign key (collectivity_id, account_id) references account (collectivity_id, id) on delete cascade
);
call protect('telegram_progress');

-- A prompt that leaves by mail, as a code does, has a subject.
alter table prompt add column subject text not null default '';

-- What was said to somebody in a dialogue, to be found when he asks that it be forgotten.
create index outgoing_prompts on outgoing (collectivity_id, channel, to_addr) where prompt_id is not null;
"""


def upgrade() -> None:
    run(SQL)
