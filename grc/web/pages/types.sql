-- name: open_by_state(name)
-- How many requests of a type are open now, by version and state: everywhere for the agency, at home for others.
select o.version, o.state, o.n from open_requests(:name::text) o;

-- name: open_by_version()
-- How many requests are open now, by type and version.
select o.type, o.version, sum(o.n)::int as n from open_requests(null) o group by o.type, o.version;

-- name: services(collectivity_id)
-- The services that may be in charge of a request, by their slugs: of one collectivity, or of all that use the service.
select s.slug, min(s.name) as name from service s join collectivity c on c.id = s.collectivity_id
where c.active and (:collectivity_id::int is null or s.collectivity_id = :collectivity_id::int)
group by s.slug order by count(*) desc, s.slug limit 60;

-- name: place(collectivity_id, slug)^
-- Who would answer a request of a type: the collectivity, the service of this slug or else its default one, all its services.
select jsonb_build_array(c.id, c.kind, c.name, c.email, c.phone, c.postal_address, c.region, c.settings) as collectivity,
       (select jsonb_build_array(s.collectivity_id, s.id, s.slug, s.name, s.email, s.phone) from service s
        where s.collectivity_id = c.id order by s.slug = :slug::text desc, s.is_default desc, s.position limit 1) as service,
       (select coalesce(jsonb_agg(jsonb_build_array(s.slug, s.id, s.name)), '[]') from service s where s.collectivity_id = c.id) as services
from collectivity c where c.id = :collectivity_id::int;
