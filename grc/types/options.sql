-- name: collectivities()
-- The collectivities that a field can name, whether they use the service or not: everybody knows them.
select c.id, c.name, coalesce(c.insee, c.siren, '') as code from collectivity c order by c.slug, c.id;

-- name: communes(collectivity_id)
-- The communes in which a place can lie: the one that the collectivity is, those that an EPCI is made of, else all.
select m.name, m.insee
from collectivity c
join commune m on case c.kind when 'commune' then m.collectivity_id = c.id when 'epci' then m.epci_siren = c.siren else true end
where c.id = :collectivity_id::int
order by m.slug, m.insee;

-- name: lines(collectivity_id, register, member_id, typed, folded, most)
-- The lines of a register that can be chosen: the first ones, and those that were typed by title or key. Where it is asked on behalf of
-- a member, what is another's is left out; row-level security leaves out what the asker may not see.
select r.id, r.key, r.title, r.data
from record r
where r.collectivity_id = :collectivity_id::int and r.register = :register::text and r.active
  and (:member_id::int is null or r.member_id is null or r.member_id = :member_id::int)
  and r.id in (
    (select f.id from record f
     where :member_id::int is null and f.collectivity_id = :collectivity_id::int and f.register = :register::text and f.active
     order by f.folded, f.id limit :most::int)
    union all
    (select f.id from record f
     where f.member_id = :member_id::int and f.collectivity_id = :collectivity_id::int and f.register = :register::text and f.active
     order by f.folded, f.id limit :most::int)
    union all
    (select f.id from record f
     where :member_id::int is not null and f.member_id is null
       and f.collectivity_id = :collectivity_id::int and f.register = :register::text and f.active
     order by f.folded, f.id limit :most::int)
    union all
    select f.id from record f
    where f.collectivity_id = :collectivity_id::int and f.register = :register::text and f.active and f.folded = any(:folded::text[])
    union all
    select f.id from record f
    where f.collectivity_id = :collectivity_id::int and f.register = :register::text and f.key = any(:typed::text[])
  )
order by r.folded, r.id;
