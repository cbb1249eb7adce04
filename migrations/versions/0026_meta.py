"""The channels of Meta: what has left of a message that leaves in parts, and the accounts that one app speaks for."""

from migrations.run import run

revision = "0026"
down_revision = "0025"

SQL = """
-- A long answer leaves in parts, a file as a part of its own: what has left does not leave again when a later one must be tried again.
create table meta_part (
    collectivity_id int not null,
    outgoing_id bigint not null,
    part int not null,                       -- from 0 on, in the order they leave
    provider_id text not null,
    at timestamptz not null,
    primary key (collectivity_id, outgoing_id, part),
    foreign key (collectivity_id, outgoing_id) references outgoing (collectivity_id, id) on update cascade on delete cascade
);
call protect('meta_part');

-- One app at Meta calls one address for all the pages it speaks for: whose event it is, is looked up among the accounts of the channel.
create function hook_accounts(wanted text)
returns table (collectivity_id int, id int, channel text, name text, settings jsonb, sealed bytea)
language sql stable security definer set search_path = public, pg_temp
as $$
    select a.collectivity_id, a.id, a.channel, a.name, a.settings, a.sealed from account a where a.channel = wanted and a.active
$$;
grant create on schema public to grc_gate;
alter function hook_accounts(text) owner to grc_gate;
revoke create on schema public from grc_gate;
revoke all on function hook_accounts(text) from public;
grant execute on function hook_accounts(text) to grc_intake;
"""


def upgrade() -> None:
    run(SQL)
