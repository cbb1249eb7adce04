-- name: place(address, plain)$
-- The collectivity that a mail address reaches, itself or without its tag.
select collectivity_id from address where address in (:address, :plain) order by address = :address desc limit 1;

-- name: catch(now, mail_from, rcpt_to, raw)!
-- Keeps a mail that left the demonstration, to be shown.
insert into caught_mail (at, mail_from, rcpt_to, raw) values (:now, :mail_from, :rcpt_to, :raw);
