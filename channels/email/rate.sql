-- name: take(relay, burst, rate, now)$
-- Takes one mail of a relay's credit, which grows by `rate` a second up to `burst`; no row where there is none left.
insert into relay_pace as p (relay, credit, at) values (:relay, :burst::float8 - 1, :now)
on conflict (relay) do update
set credit = least(:burst::float8, p.credit + :rate::float8 * greatest(0, extract(epoch from :now::timestamptz - p.at))) - 1,
    at = greatest(p.at, :now::timestamptz)
where least(:burst::float8, p.credit + :rate::float8 * greatest(0, extract(epoch from :now::timestamptz - p.at))) >= 1
returning credit;

-- name: credit(relay, rate, now)$
-- What a relay's credit has grown to, without taking of it.
select credit + :rate::float8 * greatest(0, extract(epoch from :now::timestamptz - at)) from relay_pace where relay = :relay;
