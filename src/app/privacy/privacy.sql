-- privacy.sql — what is done to whole cases: kept apart in a backup, put back, erased.

-- name: heads_all() :each
-- id: case_id
SELECT id, version, head FROM kase;

-- name: head_put(id case_id, head bytes) :exec
UPDATE kase SET head = $2 WHERE id = $1;

-- name: names_all() :each
-- object: case_id
SELECT object, grp, sealed FROM name_index;

-- name: name_put(object case_id, grp id, sealed bytes) :exec
UPDATE name_index SET sealed = $3 WHERE object = $1 AND grp = $2;

-- name: stash_clear() :exec
DELETE FROM stash;

-- name: objects_all() :each
-- object: case_id
SELECT DISTINCT object FROM wrap;

-- name: erase_kase(id case_id) :exec
DELETE FROM kase WHERE id = $1;

-- name: erase_wraps(object case_id) :exec
DELETE FROM wrap WHERE object = $1;

-- name: erase_records(object case_id) :exec
DELETE FROM record WHERE object = $1;

-- name: erase_drafts(object case_id) :exec
DELETE FROM draft WHERE object = $1;

-- name: erase_names(object case_id) :exec
DELETE FROM name_index WHERE object = $1;

-- name: erase_receipts(object case_id) :exec
DELETE FROM receipt WHERE object = $1;

-- name: erasure_insert(id id, object case_id, on_day day, state int, sealed bytes) :exec
INSERT INTO erasure (id, object, day, state, sealed) VALUES ($1, $2, $3, $4, $5);

-- name: erasure_set(id id, object case_id, on_day day, state int, sealed bytes, was int) :exec
UPDATE erasure SET object = $2, day = $3, state = $4, sealed = $5 WHERE id = $1 AND state = $6;

-- name: erasures_all() :many unbounded
SELECT id, object, day, state, sealed FROM erasure ORDER BY state, day DESC, id;
