-- name: ticket(collectivity_id, id)^
-- The request a conversation is about, as whoever asked may know it.
select t.reference, t.subject, t.phase, t.tracking_token, coalesce(c.insee, c.siren, '') as code
from ticket t join collectivity c on c.id = t.collectivity_id
where t.collectivity_id = :collectivity_id and t.id = :id;

-- name: owner(id)^
-- Whose account it is: the agency's is shared by all its members.
select kind, coalesce(insee, siren, '') as code from collectivity where id = :id;

-- name: first_said(collectivity_id, account, key)^
-- The arrival by which a message came that is changed now, and what became of it.
select r.source_id, r.outcome, r.reason
from received_key k join received r on r.collectivity_id = k.collectivity_id and r.id = k.received_id
where k.collectivity_id = :collectivity_id and k.key = :key and r.channel = 'telegram' and r.account = :account
order by r.id
limit 1;

-- name: album(collectivity_id, account, conversation, album, after, most)
-- The pictures of an album that came after its first and wait for it.
select r.source_id, r.raw
from received r
where r.collectivity_id = :collectivity_id and r.channel = 'telegram' and r.account = :account and r.conversation = :conversation
  and r.outcome = 'pending' and r.id > :after and r.meta ->> 'album' = :album and r.raw is not null
order by r.id
limit :most;

-- name: mailed(collectivity_id, address, since)$
-- How many codes were mailed to an address, whoever gave it.
select count(*) from outgoing o
where o.collectivity_id = :collectivity_id and o.channel = 'email' and o.to_addr = :address and o.prompt_id is not null and o.created_at > :since;

-- name: hush(collectivity_id, account, address)!
-- Forgets the words of what was said in a dialogue. That it was sent, and when, stays as evidence.
update prompt p set body_text = '', buttons = '[]'
from outgoing o
where o.collectivity_id = :collectivity_id and o.channel = 'telegram' and o.account = :account and o.to_addr = :address
  and o.prompt_id is not null and o.state not in ('created', 'sending', 'temporary-failure')
  and p.collectivity_id = o.collectivity_id and p.id = o.prompt_id;
