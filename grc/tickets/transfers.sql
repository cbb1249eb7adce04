-- name: way(ticket_id)
-- Where a request went, from the first step to the last, whichever body took it: its number is the same everywhere.
select r.collectivity_id, r.kind, r.to_collectivity_id, c.kind as from_kind, c.name as from_name, r.body, r.address, r.state, r.at, r.who, r.why
from transfer r join collectivity c on c.id = r.collectivity_id
where r.ticket_id = :ticket_id
order by r.id;

-- name: add(collectivity_id, ticket_id, kind, to_collectivity_id, body, address, state, at, who, agent_id, why)!
-- One step more.
insert into transfer (collectivity_id, ticket_id, kind, to_collectivity_id, body, address, state, at, who, agent_id, why)
values (:collectivity_id, :ticket_id, :kind, :to_collectivity_id, :body, :address, :state, :at, :who, :agent_id, :why);

-- name: here(collectivity_id, ticket_id)$
-- The body that has a request now, where the one named had it once; the one named where it has it still.
select coalesce(l.collectivity_id, t.collectivity_id)
from ticket t left join ticket l on l.reference = t.reference and l.passed_to is null
where t.collectivity_id = :collectivity_id and t.id = :ticket_id;

-- name: bodies(words, code, besides, most)
-- The bodies of the service whose name begins so (folded), or of this code, without the one that asks.
select c.id, c.kind, c.name, coalesce(c.insee, c.siren, '') as code, coalesce(c.email, '') as email
from collectivity c
where c.active and c.id <> :besides and c.kind <> 'agency' and exists (select from service s where s.collectivity_id = c.id)
  and (c.insee = :code or c.siren = :code or (:words <> '' and position(:words in replace(c.slug, '-', ' ')) > 0))
order by c.insee = :code or c.siren = :code desc, position(:words in replace(c.slug, '-', ' ')), c.name
limit :most;

-- name: body(id)^
-- One of them, with its services in their order.
select c.id, c.kind, c.name, coalesce(c.insee, c.siren, '') as code, coalesce(c.email, '') as email, coalesce(c.postal_address, '') as postal_address,
       (select coalesce(jsonb_agg(jsonb_build_array(s.slug, s.name) order by s.position, s.id), '[]') from service s where s.collectivity_id = c.id)
       as services
from collectivity c where c.id = :id and c.active and c.kind <> 'agency' and exists (select from service s where s.collectivity_id = c.id);

-- name: active(id)$
-- Whether a body still uses the service, the agency among them.
select c.active from collectivity c where c.id = :id;

-- name: reached_at(address)^
-- The body that uses the service and is written to at this address.
select c.kind, c.name from collectivity c where c.active and lower(c.email) = :address order by c.id limit 1;
