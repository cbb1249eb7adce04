-- What the agents of a member read of the requests that it made to the agency. The role of these transactions sees no other ticket, and of
-- those no note, no exchange with a third party, no timeline.

-- name: listing(agency, members, phase, before, before_id, most)
-- The requests of these members to the agency, the last spoken of first.
select t.id, t.reference, t.subject, t.type, t.version, t.variant, t.state, t.phase, t.requester_name, t.opened_at, t.last_at, t.rating,
       s.name as service, c.name as member
from ticket t
join service s on s.collectivity_id = t.collectivity_id and s.id = t.service_id
join collectivity c on c.id = t.on_behalf_of
where t.collectivity_id = :agency::int and t.on_behalf_of = any(:members::int[]) and t.phase = :phase::text
  and (:before::timestamptz is null or (t.last_at, t.id) < (:before::timestamptz, :before_id::bigint))
order by t.last_at desc, t.id desc
limit :most::int;

-- name: open_count(agency, members)$
-- How many of them are open.
select count(*)::int from ticket t
where t.collectivity_id = :agency::int and t.on_behalf_of = any(:members::int[]) and t.phase = 'open';

-- name: request(agency, members, reference)^
-- One of them, as the page of whoever asked shows it.
select t.collectivity_id, t.id, t.reference, t.type, t.version, t.variant, t.fields, t.state, t.phase, t.subject, t.requester_name, t.answer_addr,
       t.opened_at, t.last_at, t.closed_at, t.rating, t.rating_text, t.channel, t.on_behalf_of, t.tracking_token, '{}'::jsonb as standing,
       false as duplicate, s.name as service_name, s.email as service_email, s.phone as service_phone, c.name as member
from ticket t
join service s on s.collectivity_id = t.collectivity_id and s.id = t.service_id
join collectivity c on c.id = t.on_behalf_of
where t.collectivity_id = :agency::int and t.on_behalf_of = any(:members::int[]) and t.reference = :reference::text;
