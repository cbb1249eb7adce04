-- name: get(collectivity_id, channel, account, address)^
-- How a conversation stands, held until the transaction ends.
select ticket_collectivity_id, ticket_id, state, last_in_at from conversation
where collectivity_id = :collectivity_id and channel = :channel and account = :account and address = :address
for update;

-- name: put(collectivity_id, channel, account, address, ticket_collectivity_id, ticket_id, state, last_in_at)!
-- Keeps how a conversation stands.
insert into conversation (collectivity_id, channel, account, address, ticket_collectivity_id, ticket_id, state, last_in_at)
values (:collectivity_id, :channel, :account, :address, :ticket_collectivity_id, :ticket_id, :state, :last_in_at)
on conflict (collectivity_id, channel, account, address) do update
set ticket_collectivity_id = excluded.ticket_collectivity_id, ticket_id = excluded.ticket_id, state = excluded.state,
    last_in_at = excluded.last_in_at;

-- name: go_on(collectivity_id, channel, account, address, ticket_collectivity_id, ticket_id, at)!
-- Whoever wrote talks about this ticket from now on; how far the dialogue is stays.
insert into conversation (collectivity_id, channel, account, address, ticket_collectivity_id, ticket_id, last_in_at)
values (:collectivity_id, :channel, :account, :address, :ticket_collectivity_id, :ticket_id, :at)
on conflict (collectivity_id, channel, account, address) do update
set ticket_collectivity_id = excluded.ticket_collectivity_id, ticket_id = excluded.ticket_id,
    last_in_at = greatest(conversation.last_in_at, excluded.last_in_at);

-- name: forget(collectivity_id, channel, account, address)!
-- Forgets a conversation.
delete from conversation where collectivity_id = :collectivity_id and channel = :channel and account = :account and address = :address;
