-- name: reached(account, address, until, mids)
-- What Meta calls the last part of each delivery to an address that had left by a moment, or that is named.
select o.collectivity_id, o.ticket_id, o.provider_ids[array_length(o.provider_ids, 1)] as provider_id
from outgoing o
where o.channel = 'meta' and o.account = :account and o.to_addr = :address and o.provider_ids <> '{}'
  and (o.provider_ids && :mids::text[] or (o.state = 'sent' and o.sent_at <= :until::timestamptz))
order by o.id desc limit 500;

-- name: delivery(account, provider_id)^
-- The ticket of the delivery that Meta calls so, and of one whose part it is.
select o.collectivity_id, o.ticket_id
from outgoing o
where o.channel = 'meta' and o.account = :account and o.provider_ids @> array[:provider_id::text] and o.provider_ids <> '{}'
union all
select o.collectivity_id, o.ticket_id
from meta_part p join outgoing o on o.collectivity_id = p.collectivity_id and o.id = p.outgoing_id
where p.provider_id = :provider_id and o.account = :account
limit 1;

-- name: on_its_way(account, address)$
-- Whether something to this address is leaving at this moment.
select exists (
    select from outgoing o
    where o.channel = 'meta' and o.to_addr = :address and o.account = :account and o.state in ('sending', 'temporary-failure'));

-- name: talks_about(collectivity_id, account, address)^
-- The ticket an address talks about with an account.
select ticket_collectivity_id, ticket_id from conversation
where collectivity_id = :collectivity_id and channel = 'meta' and account = :account and address = :address and ticket_id is not null;

-- name: stands(collectivity_id, id)$
-- The state of a delivery.
select state from outgoing where collectivity_id = :collectivity_id and id = :id;
