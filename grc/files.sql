-- name: insert_blobs(collectivity_id, digests, sizes, datas)!
-- Records contents once per collectivity; the data of one is null where it lies in the object store.
insert into blob (collectivity_id, digest, size, data)
select :collectivity_id, b.digest, b.size, b.data
from unnest(:digests::bytea[], :sizes::bigint[], :datas::bytea[]) as b (digest, size, data)
on conflict do nothing;

-- name: blob(collectivity_id, digest)^
-- A content, if this transaction may see it.
select data from blob where collectivity_id = :collectivity_id and digest = :digest;
