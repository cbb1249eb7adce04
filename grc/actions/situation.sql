-- name: situation(collectivity_id, service_id, on_behalf_of, answer_addr, since, cap)^
-- What a notice or a document of a ticket says of who answers, how many automatic mails went to the address of late,
-- whether it wants none, and until when it is held to be abusive.
select
    (select jsonb_build_array(c.id, c.kind, c.name, c.email, c.phone, c.postal_address, c.region, c.settings)
     from collectivity c where c.id = :collectivity_id::int) as collectivity,
    (select jsonb_build_array(s.collectivity_id, s.id, s.slug, s.name, s.email, s.phone)
     from service s where s.collectivity_id = :collectivity_id::int and s.id = :service_id::int) as service,
    (select coalesce(jsonb_agg(jsonb_build_array(s.slug, s.id, s.name)), '[]')
     from service s where s.collectivity_id = :collectivity_id::int) as services,
    (select c.name from collectivity c where c.id = :on_behalf_of::int) as member,
    (select coalesce(jsonb_object_agg(n.name, n.id), '{}') from notice_text n
     where n.collectivity_id = :collectivity_id::int and n.current) as notices,
    (select count(*)::int from (
        select from outgoing o where o.to_addr = :answer_addr::text and o.automatic and o.created_at > :since::timestamptz limit :cap::int) o
    ) as automatic_today,
    exists (select from muted_address m where m.collectivity_id = :collectivity_id::int and m.address = :answer_addr::text
            and m.lifted_at is null) as muted,
    (select b.until from abusive_source b where b.collectivity_id = :collectivity_id::int and b.kind = 'email'
     and b.value = :answer_addr::text and b.lifted_at is null) as abusive;
