-- name: cover(member_id, register, field, value, since, until, day)^
-- The line that covers a member on a day: in the agency's register, with this value in a field (or among its values), which holds then.
-- Of several, the one that lasts longest.
select r.id, r.title, r.data from record r
where r.member_id = :member_id::int and r.register = :register::text and r.active
  and r.collectivity_id = (select c.id from collectivity c where c.kind = 'agency' order by c.id limit 1)
  and r.data -> :field::text @> :value::jsonb
  and coalesce(r.data ->> :since::text, '') <= :day::text and coalesce(r.data ->> :until::text, '9999') >= :day::text
order by coalesce(r.data ->> :until::text, '9999') desc, r.id limit 1;
