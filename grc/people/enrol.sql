-- name: collectivity_of(code)^
-- The collectivity an operator names by its INSEE code or its SIREN.
select id, name from collectivity where insee = :code or siren = :code;

-- name: service_of(collectivity_id, slug)$
-- The service an operator names by its slug.
select id from service where collectivity_id = :collectivity_id and slug = :slug;

-- name: service_slugs(collectivity_id)
-- What he may choose from.
select slug from service where collectivity_id = :collectivity_id order by position, slug;

-- name: enrol(email, name)$
-- A new agent, or the one of this address, who then may sign in again; the name given last stays.
insert into agent (email, name) values (:email, :name)
on conflict (email) do update set active = true, name = coalesce(nullif(excluded.name, ''), agent.name)
returning id;

-- name: give_role(agent_id, collectivity_id, service_id, role)!
-- One role for an agent in one service, or in all of a collectivity; the last one given holds.
insert into membership (agent_id, collectivity_id, service_id, role)
values (:agent_id, :collectivity_id, :service_id, :role)
on conflict (agent_id, collectivity_id, coalesce(service_id, 0)) do update set role = excluded.role;

-- name: set_password(email, password_hash)$
-- Gives an agent a password; no row where there is no such agent.
update agent set password_hash = :password_hash where email = :email returning id;

-- name: end_sessions(agent_id, now)!
-- Whoever was signed in as this agent no longer is.
update session set revoked_at = :now where agent_id = :agent_id and revoked_at is null;
