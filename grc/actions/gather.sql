-- name: gather(fallback, addresses, sender, answers_to, mail_id, mail_ids, signed_replies, third_replies, signed_mails, quoted, forged, proven, since, cap)^
-- All that deciding on one message needs, in one round trip: whom its addresses reach, their services and rules, the tickets
-- it may continue and by which proof, the same message if it came before, who wrote it, how many automatic mails went today where an
-- answer would go.
with reached as (
    select a.address, a.collectivity_id, a.service_id from address a where a.address = any(:addresses::text[])
), here as (
    select collectivity_id from reached union select :fallback::int
), thread as (
    select 1 as rank, 'portal' as how, t.collectivity_id, t.id from ticket t where t.collectivity_id = :fallback::int and t.id = :proven::bigint
    union all
    select 2, 'hmac_reply', t.collectivity_id, t.id from ticket t where t.reference = any(:signed_replies::text[])
    union all
    select 3, 'hmac_mail_id', t.collectivity_id, t.id from ticket t where t.reference = any(:signed_mails::text[])
    union all
    select 4, 'mail_id', m.collectivity_id, m.ticket_id
    from here h join message m on m.collectivity_id = h.collectivity_id and m.mail_id = any(:mail_ids::text[])
    union all
    select 5, 'reference', t.collectivity_id, t.id from ticket t where t.reference = any(:quoted::text[])
    union all
    select 6, 'forged', t.collectivity_id, t.id from ticket t where t.reference = any(:forged::text[])
), kept as (
    -- A duplicate leads to the ticket it was merged into, however often that happened.
    select x.rank, x.how, x.id as named, k.collectivity_id, k.id
    from thread x cross join lateral (
        with recursive way as (
            select t.collectivity_id, t.id, t.merged_into, 0 as steps
            from ticket t where t.collectivity_id = x.collectivity_id and t.id = x.id
            union all
            select t.collectivity_id, t.id, t.merged_into, w.steps + 1
            from way w join ticket t on t.collectivity_id = w.collectivity_id and t.id = w.merged_into where w.steps < 20
        )
        select way.collectivity_id, way.id from way order by way.steps desc limit 1
    ) k
)
select
    (select coalesce(jsonb_agg(jsonb_build_array(r.address, r.collectivity_id, r.service_id)), '[]') from reached r) as reached,
    (select jsonb_agg(jsonb_build_array(c.id, c.kind, c.name, c.email, c.phone, c.postal_address, c.region, c.settings))
     from here h join collectivity c on c.id = h.collectivity_id) as collectivities,
    (select coalesce(jsonb_agg(jsonb_build_array(s.collectivity_id, s.id, s.slug, s.name, s.is_default, s.email, s.phone)
                               order by s.position, s.id), '[]')
     from here h join service s on s.collectivity_id = h.collectivity_id) as services,
    (select coalesce(jsonb_agg(jsonb_build_array(r.collectivity_id, r.position, r.name, r.conditions, r.outcome) order by r.position, r.id), '[]')
     from here h join rule r on r.collectivity_id = h.collectivity_id and r.active) as rules,
    (select coalesce(jsonb_agg(jsonb_build_array(x.how, t.collectivity_id, t.id, t.reference, t.phase, t.closed_at, t.service_id,
            :sender::text <> '' and (exists (select from message m
                    where m.collectivity_id = t.collectivity_id and m.ticket_id in (t.id, o.id)
                      and (m.direction = 'in' and m.from_addr = :sender::text
                           or m.direction = 'out' and m.audience = 'third' and :sender::text = any(m.to_addrs)))
            or :sender::text in (t.answer_addr, t.third_addr, o.answer_addr, o.third_addr)),
            o.reference = any(:third_replies::text[]) or (:sender::text <> '' and :sender::text in (t.third_addr, o.third_addr))
            or exists (select from message m where m.collectivity_id = t.collectivity_id and m.ticket_id in (t.id, o.id) and m.audience = 'third'
                       and (m.mail_id = any(:mail_ids::text[]) or (m.direction = 'out' and :sender::text = any(m.to_addrs))
                            -- a colleague of the third party, unless he is somebody who asked.
                            or (m.direction = 'in' and m.from_addr = :sender::text and :sender::text not in (lower(t.answer_addr), lower(o.answer_addr))
                                and not exists (select from message p
                                                where p.collectivity_id = t.collectivity_id and p.ticket_id in (t.id, o.id) and p.direction = 'in'
                                                  and p.audience = 'public' and p.from_addr = :sender::text))))
            , case when o.id <> t.id then o.reference else '' end) order by x.rank), '[]')
     from kept x join ticket t on t.collectivity_id = x.collectivity_id and t.id = x.id
     join ticket o on o.collectivity_id = x.collectivity_id and o.id = x.named) as threads,
    (select jsonb_build_array(m.collectivity_id, m.ticket_id, m.id, m.from_addr, m.body_text)
     from here h join message m on m.collectivity_id = h.collectivity_id and m.mail_id = :mail_id::text
     where m.direction = 'in' order by m.collectivity_id = :fallback::int desc, m.from_addr = :sender::text desc, m.id limit 1) as same_message,
    (select coalesce(jsonb_agg(jsonb_build_array(i.collectivity_id, i.person_id, p.name)), '[]')
     from here h join identity i on i.collectivity_id = h.collectivity_id and i.kind = 'email' and i.value = :sender::text
     join person p on p.collectivity_id = i.collectivity_id and p.id = i.person_id) as persons,
    (select coalesce(jsonb_agg(distinct jsonb_build_array(c.id, c.name)), '[]')
     from agent a join membership m on m.agent_id = a.id join collectivity c on c.id = m.collectivity_id and c.kind <> 'agency'
     where a.email = :sender::text and a.active) as members,
    exists (select from address a where a.address = :sender::text) as sender_is_ours,
    (select count(*) from (
        select from outgoing o where o.to_addr = :answers_to::text and o.automatic and o.created_at > :since::timestamptz limit :cap::int) o
    ) as automatic_today,
    nextval('ticket_number') as ticket_number,
    nextval('person_id_seq') as person_number;
