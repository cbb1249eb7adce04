-- name: extend(collectivity_id, ticket_id, message_id, files)!
-- Adds files to a message, after those it has.
insert into attachment (collectivity_id, ticket_id, message_id, position, name, type, size, digest, inline, scan, scan_due)
select :collectivity_id, :ticket_id, :message_id,
       (select count(*) from attachment h where h.collectivity_id = :collectivity_id and h.message_id = :message_id) + f.rank,
       a.name, a.type, a.size, a.digest, a.inline, a.scan, a.scan_due
from jsonb_array_elements(:files::jsonb) with ordinality as f (doc, rank), jsonb_populate_record(null::attachment, f.doc) a;
