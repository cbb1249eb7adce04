"""Mastodon and SMS."""

from migrations.run import run

revision = "0027"
down_revision = "0026"

SQL = """
-- Whoever asked a number of ours to send no more texts.
create table sms_refusal (
    collectivity_id int not null references collectivity (id),   -- whose account it is
    account text not null,
    address text not null,                   -- tel:+336…
    since timestamptz not null,
    how text not null default '',            -- his words, or the provider's
    primary key (collectivity_id, account, address)
);
call protect('sms_refusal');

-- How far the notifications of an account of Mastodon were taken in, and the last statuses, which may still be edited or deleted.
create table mastodon_progress (
    collectivity_id int not null,
    account_id int not null,
    reading int not null default 0,
    last_id text not null default '',        -- of a notification
    recent jsonb not null default '[]',      -- [status, when it was edited last, whose], the oldest first
    primary key (collectivity_id, account_id),
    foreign key (collectivity_id, account_id) references account (collectivity_id, id) on delete cascade
);
call protect('mastodon_progress');
"""


def upgrade() -> None:
    run(SQL)
