-- name: service(collectivity_id, slug)^
-- The service of this name, else the one that receives what nothing else designates.
select id, slug, name from service where collectivity_id = :collectivity_id and (slug = :slug or is_default)
order by slug = :slug desc limit 1;

-- name: take(collectivity_id, source, name, digest, size, agent_id, service_id, arrived_on, now)$
-- Keeps a file; no row where these very bytes were handed in before.
insert into scan (collectivity_id, source, name, digest, size, agent_id, service_id, arrived_on, taken_at, due)
values (:collectivity_id, :source, :name, :digest, :size, :agent_id, :service_id, :arrived_on, :now, :now)
on conflict (collectivity_id, digest) do nothing
returning id;

-- name: taken(collectivity_id, digest)^
-- The scan that these bytes are, and when it was taken.
select id, name, taken_at from scan where collectivity_id = :collectivity_id and digest = :digest;

-- name: claim_scans(now, until, most)
-- Leases files to be cut, the longest waiting first; the try counts even if this process dies the next instant.
update scan s set due = :until, tries = s.tries + 1
from (
    select collectivity_id, id from scan where state = 'waiting' and due <= :now order by due limit :most for update skip locked
) taken
where s.collectivity_id = taken.collectivity_id and s.id = taken.id
returning s.collectivity_id, s.id, s.source, s.digest, s.service_id, s.arrived_on, s.tries;

-- name: claim_scan(collectivity_id, id, now, until)^
-- Leases one file for whoever waits for it; no row where a worker has it, or it is cut.
update scan s set due = :until, tries = s.tries + 1
where s.collectivity_id = :collectivity_id and s.id = :id and s.state = 'waiting' and s.due <= :now
returning s.collectivity_id, s.id, s.source, s.digest, s.service_id, s.arrived_on, s.tries;

-- name: renew_scan(collectivity_id, id, tries, until)!
-- Whoever cuts this file goes on.
update scan set due = :until where collectivity_id = :collectivity_id and id = :id and state = 'waiting' and tries = :tries;

-- name: cut(collectivity_id, id, tries, pages, detail)$
-- Writes how many pages a file has and what is wrong with it; no row where another cut it meanwhile.
update scan set state = 'cut', pages = :pages, detail = :detail
where collectivity_id = :collectivity_id and id = :id and state = 'waiting' and tries = :tries
returning id;

-- name: add_pages(collectivity_id, scan_id, numbers, digests, widths, heights)!
-- The pictures of the pages of a file.
insert into scan_page (collectivity_id, scan_id, number, digest, width, height)
select :collectivity_id, :scan_id, p.number, p.digest, p.width, p.height
from unnest(:numbers::int[], :digests::bytea[], :widths::int[], :heights::int[]) as p (number, digest, width, height);

-- name: add_letter(collectivity_id, scan_id, position, pages, state, reference, service_id, arrived_on, on_sheet, detail, now)!
-- One letter of a file that was cut.
insert into scan_letter (collectivity_id, scan_id, position, pages, state, reference, service_id, arrived_on, on_sheet, detail, due, waiting_since)
values (:collectivity_id, :scan_id, :position, :pages, :state, :reference, :service_id, :arrived_on, :on_sheet, :detail, :now, :now);

-- name: services(collectivity_id)
-- The services there are.
select id from service where collectivity_id = :collectivity_id;

-- name: claim_letters(now, until, most, states)
-- Leases letters to be read or to be given to the ledger, the longest waiting first.
update scan_letter l set due = :until, tries = l.tries + 1
from (
    select collectivity_id, id from scan_letter
    where state in ('reading', 'decided') and state = any(:states::text[]) and due <= :now
    order by due limit :most for update skip locked
) taken
where l.collectivity_id = taken.collectivity_id and l.id = taken.id
returning l.collectivity_id, l.id;

-- name: claim_letter(collectivity_id, id, now, until)^
-- Leases one letter for whoever waits for it.
update scan_letter l set due = :until, tries = l.tries + 1
where l.collectivity_id = :collectivity_id and l.id = :id and l.state in ('reading', 'decided') and l.due <= :now
returning l.collectivity_id, l.id;

-- name: renew_letter(collectivity_id, id, tries, until)!
-- Whoever reads this letter goes on.
update scan_letter set due = :until where collectivity_id = :collectivity_id and id = :id and state = 'reading' and tries = :tries;

-- name: letters(collectivities, ids)
-- Letters with their file.
select l.collectivity_id, l.id, l.scan_id, l.position, l.pages, l.state, l.reference, l.service_id, l.arrived_on, l.on_sheet, l.text,
       l.proposed, l.decided, l.detail, l.original, l.searchable, l.tries, l.received_id,
       s.digest, s.name as file, s.source, s.pages as file_pages, s.taken_at, v.slug as service
from unnest(:collectivities::int[], :ids::bigint[]) as wanted (collectivity_id, id)
join scan_letter l on l.collectivity_id = wanted.collectivity_id and l.id = wanted.id
join scan s on s.collectivity_id = l.collectivity_id and s.id = l.scan_id
join service v on v.collectivity_id = l.collectivity_id and v.id = l.service_id;

-- name: letters_of(collectivity_id, scan_id)
-- The letters of a file, in their order, with the request each went to.
select l.id, l.position, l.pages, l.state, l.reference, l.text, l.detail, l.received_id, r.outcome, t.reference as ticket
from scan_letter l
left join received r on r.collectivity_id = l.collectivity_id and r.id = l.received_id
left join ticket t on t.collectivity_id = r.ticket_collectivity_id and t.id = r.ticket_id
where l.collectivity_id = :collectivity_id and l.scan_id = :scan_id
order by l.position;

-- name: read(collectivity_id, id, tries, state, text, proposed, decided, detail, original, searchable, now)$
-- What was read of a letter; no row where another read it meanwhile.
update scan_letter set state = :state::text, text = :text, proposed = :proposed, decided = :decided, original = :original,
       searchable = :searchable, detail = case when :detail::text = '' then detail else :detail::text end, due = :now, tries = 0, waiting_since = :now
where collectivity_id = :collectivity_id and id = :id and state = 'reading' and tries = :tries
returning id;

-- name: given(collectivity_id, id, received_id)!
-- The letter has its line in the ledger.
update scan_letter set state = 'given', received_id = :received_id where collectivity_id = :collectivity_id and id = :id and state = 'decided';

-- name: decide(collectivity_id, id, decided, agent_id, service_id, arrived_on, now)$
-- What becomes of a letter that waits; no row where it was decided meanwhile.
update scan_letter set state = 'decided', decided = :decided, decided_by = :agent_id, service_id = :service_id, arrived_on = :arrived_on,
       due = :now, tries = 0
where collectivity_id = :collectivity_id and id = :id and state = 'waiting'
returning id;

-- name: put_aside(collectivity_id, id, agent_id)$
-- A letter that is none: an advertisement, an empty page.
update scan_letter set state = 'aside', decided_by = :agent_id where collectivity_id = :collectivity_id and id = :id and state = 'waiting'
returning id;

-- name: take_back(collectivity_id, id, now)$
-- A letter that was put aside waits again.
update scan_letter set state = 'waiting', decided_by = null, waiting_since = :now
where collectivity_id = :collectivity_id and id = :id and state = 'aside'
returning id;

-- name: forgotten(before, most)
-- Letters that nobody looked at in time.
select collectivity_id, id from scan_letter where state = 'waiting' and waiting_since <= :before order by waiting_since limit :most;

-- name: ticket(collectivity_id, reference)^
-- The request of this reference: one of this collectivity, or one that it passed to another.
select id, requester_name from ticket where collectivity_id = :collectivity_id and reference = :reference;

-- name: standing()^
-- How the desk stands, for whoever runs the installation.
select (select count(*) from scan where state = 'waiting') as to_cut,
       (select count(*) from scan_letter where state = 'reading') as to_read,
       (select count(*) from scan_letter where state = 'waiting') as to_confirm,
       (select count(*) from scan where detail <> '') as troubled;

-- name: collectivity(code)$
-- The collectivity that an INSEE code or a SIREN names; without one the agency, else the only one that uses the service.
select id from collectivity
where insee = :code or siren = :code
   or (:code::text = '' and (kind = 'agency' or (active and (select count(*) from collectivity where active) = 1)))
order by kind = 'agency' desc limit 1;

-- name: scan_state(collectivity_id, id)$
-- How far a file is.
select state from scan where collectivity_id = :collectivity_id and id = :id;

-- name: next_waiting(collectivities)^
-- The letter that has waited longest on the desk, as far as this agent reaches.
select collectivity_id, id from scan_letter
where collectivity_id = any(:collectivities::int[]) and state = 'waiting' order by waiting_since, id limit 1;

-- name: counts(collectivities)^
-- How many letters wait to be confirmed, how many are being read, and which files could not be read.
select (select count(*) from scan_letter where collectivity_id = any(:collectivities::int[]) and state = 'waiting') as waiting,
       (select count(*) from scan_letter where collectivity_id = any(:collectivities::int[]) and state = 'reading')
       + (select count(*) from scan where collectivity_id = any(:collectivities::int[]) and state = 'waiting') as reading;

-- name: lately(collectivities)
-- The letters that left the desk last, with the request each went to, as far as this agent reaches.
select l.collectivity_id, l.id, l.state, l.reference, l.decided, l.arrived_on, s.name as file, t.reference as ticket, t.subject
from (select collectivity_id, id, scan_id, state, reference, decided, arrived_on, received_id from scan_letter
      where collectivity_id = any(:collectivities::int[]) and state in ('decided', 'given', 'aside') order by id desc limit 12) l
join scan s on s.collectivity_id = l.collectivity_id and s.id = l.scan_id
left join lateral (select m.ticket_id from message m
                   where m.collectivity_id = l.collectivity_id and m.received_id = l.received_id and m.channel = 'paper' limit 1) m on true
left join ticket t on t.collectivity_id = l.collectivity_id and t.id = m.ticket_id
order by l.id desc;

-- name: page(collectivity_id, letter_id, number)$
-- The picture of one page of a letter.
select p.digest from scan_letter l
join scan_page p on p.collectivity_id = l.collectivity_id and p.scan_id = l.scan_id and p.number = any(l.pages)
where l.collectivity_id = :collectivity_id and l.id = :letter_id and p.number = :number;

-- name: sizes(collectivity_id, letter_id)
-- The pages of a letter that can be shown, and how large their pictures are.
select p.number, p.width, p.height from scan_letter l
join scan_page p on p.collectivity_id = l.collectivity_id and p.scan_id = l.scan_id and p.number = any(l.pages)
where l.collectivity_id = :collectivity_id and l.id = :letter_id order by p.number;

-- name: services_named(collectivities)
-- The services of these collectivities, with the names of both.
select c.id as collectivity_id, c.name as place, s.id, s.slug, s.name, s.is_default from service s join collectivity c on c.id = s.collectivity_id
where s.collectivity_id = any(:collectivities::int[]) order by c.name, s.position, s.id;
