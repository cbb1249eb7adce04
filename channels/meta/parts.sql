-- name: sent(collectivity_id, outgoing_id)
-- The parts of a delivery that have left, with what Meta calls them.
select part, provider_id from meta_part where collectivity_id = :collectivity_id and outgoing_id = :outgoing_id order by part;

-- name: note(collectivity_id, outgoing_id, part, provider_id, account, now)!
-- Notes that a part of a delivery of this account has left; once.
insert into meta_part (collectivity_id, outgoing_id, part, provider_id, at)
select o.collectivity_id, o.id, :part, :provider_id, :now
from outgoing o
where o.collectivity_id = :collectivity_id and o.id = :outgoing_id and o.channel = 'meta' and o.account = :account
on conflict do nothing;

-- name: last_in(collectivity_id, account, address)$
-- When this address last wrote to this account.
select last_in_at from conversation
where collectivity_id = :collectivity_id and channel = 'meta' and account = :account and address = :address;

-- name: begins_at(collectivity_id, account, address, ticket_collectivity_id, ticket_id)!
-- What this address writes is about this ticket, unless it talks about another already.
insert into conversation (collectivity_id, channel, account, address, ticket_collectivity_id, ticket_id)
values (:collectivity_id, 'meta', :account, :address, :ticket_collectivity_id, :ticket_id)
on conflict do nothing;

-- name: goes_on_at(collectivity_id, account, address, ticket_collectivity_id, ticket_id)!
-- What this address writes from now on is about this ticket.
insert into conversation (collectivity_id, channel, account, address, ticket_collectivity_id, ticket_id)
values (:collectivity_id, 'meta', :account, :address, :ticket_collectivity_id, :ticket_id)
on conflict (collectivity_id, channel, account, address) do update
set ticket_collectivity_id = excluded.ticket_collectivity_id, ticket_id = excluded.ticket_id;
