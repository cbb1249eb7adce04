-- name: known(collectivity_id, account, source_ids)
-- Those of some arrivals of an account that the ledger has.
select source_id from received
where collectivity_id = :collectivity_id and channel = 'sms' and account = :account and source_id = any(:source_ids::text[]);

-- name: unsettled(account_of, account, since, until, most)
-- Texts that left by an account and of which nothing was reported, the last ones first. The account may be of another collectivity than
-- the request: the agency's numbers are shared.
select o.provider_ids[array_lower(o.provider_ids, 1)] as provider_id from outgoing o
where o.channel = 'sms' and o.account = :account and o.state = 'sent' and o.provider_ids <> '{}'
  and o.sent_at between :since and :until
  and exists (select from account a where a.collectivity_id = :account_of and a.channel = 'sms' and a.name = o.account)
order by o.sent_at desc limit :most;

-- name: tries(collectivity_id, id)$
-- How often a delivery was tried.
select tries from outgoing where collectivity_id = :collectivity_id and id = :id;

-- name: ours(account, ids)
-- Those of some identifiers of a provider that are noted of a delivery.
select given.id from unnest(:ids::text[]) as given (id)
where exists (select from outgoing o where o.channel = 'sms' and o.account = :account and o.provider_ids @> array[given.id]
              and o.provider_ids <> '{}');
