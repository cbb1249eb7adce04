-- name: by_code(code)^
-- The collectivity of an INSEE code or a SIREN.
select id, kind, insee, siren, name, slug, active, email, phone, postal_address, accent, settings
from collectivity where insee = :code or siren = :code;

-- name: by_slug(slug)
-- The collectivities of a name; homonyms exist.
select c.id, c.kind, c.insee, c.siren, c.name, c.slug, c.active, c.email, c.phone, c.postal_address, c.accent, c.settings,
       coalesce(m.postcodes, '{}') as postcodes
from collectivity c left join commune m on m.collectivity_id = c.id
where c.slug = :slug or m.slug = :slug
order by m.population desc nulls last, c.id
limit 50;

-- name: by_id(id)^
-- The collectivity of a ticket.
select id, kind, insee, siren, name, slug, active, email, phone, postal_address, accent, settings from collectivity where id = :id;

-- name: services(collectivity_id)
-- The services a citizen may choose among, as the collectivity orders them.
select id, slug, name, email, phone, is_default from service where collectivity_id = :collectivity_id order by position, name;

-- name: search(folded, postcode, most)
-- Where somebody may live: communes by the beginning of their postcode, or by any word of their name; then bodies that are no commune.
select m.name, m.insee as code, m.postcodes, coalesce(c.active, false) as active, m.population,
       case when m.slug = :folded then 0 when m.slug like :folded || '%' then 1 else 2 end as rank
from commune m left join collectivity c on c.id = m.collectivity_id
where (:postcode::text <> '' and exists (select from unnest(m.postcodes) p where p like :postcode::text || '%'))
   or (:folded::text <> '' and (m.slug like :folded::text || '%' or m.slug like '%-' || :folded::text || '%'))
   or (:postcode::text <> '' and m.insee = :postcode::text)
union all
select c.name, coalesce(c.siren, c.insee), '{}', c.active, 0, 3
from collectivity c
where c.kind <> 'commune' and :folded::text <> '' and c.slug like '%' || :folded::text || '%'
order by active desc, rank, population desc, name
limit :most;

-- name: named_within(folded)
-- The communes whose name stands, word by word, in a text: of an address, or of a street that is called after one.
select m.name, m.insee as code, m.slug, m.postcodes, coalesce(c.active, false) as active
from commune m left join collectivity c on c.id = m.collectivity_id
where '-' || :folded::text || '-' like '%-' || m.slug || '-%';

-- name: communes(codes)
-- The communes of these codes.
select m.name, m.insee as code, m.slug, m.postcodes, coalesce(c.active, false) as active
from commune m left join collectivity c on c.id = m.collectivity_id
where m.insee = any(:codes::text[]);

-- name: open_places(most)
-- The collectivities that use the service, the largest first.
select c.name, coalesce(c.insee, c.siren) as code, coalesce(m.postcodes, '{}') as postcodes, true as active, coalesce(m.population, 0) as population
from collectivity c left join commune m on m.collectivity_id = c.id
where c.active
order by (c.kind <> 'commune'), m.population desc nulls last, c.name
limit :most;
