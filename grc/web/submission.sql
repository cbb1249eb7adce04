-- name: begin(key, now)$
-- Takes a sending on; gives where the first one of its key led, or null for the first.
select submission(:key, :now);

-- name: led(key, place)$
-- Says where a sending led; nowhere forgets it.
select submission_led(:key, :place);
