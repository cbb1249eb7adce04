-- name: belongs(collectivity_id, ticket_id, address, plain)^
-- Whose an address is already: one of ours (`plain`: without its tag), or that of somebody who wrote about this ticket as whoever asked.
select exists (select from address a where a.collectivity_id = :collectivity_id::int and a.address = :plain::text) as ours,
       exists (select from message m
               where m.collectivity_id = :collectivity_id::int and m.ticket_id = :ticket_id::bigint and m.direction = 'in'
                 and m.audience = 'public' and m.from_addr = :address::text) as asks;
