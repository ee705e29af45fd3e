-- core.sql — stashed text and receipts.

-- name: stash_put(id id, owner user_id, on_day day, sealed bytes) :exec
INSERT INTO stash (id, owner, day, sealed) VALUES ($1, $2, $3, $4);

-- name: stash_of(owner user_id) :many unbounded
SELECT id, day, sealed FROM stash WHERE owner = $1 ORDER BY day DESC;

-- name: stash_sweep(before day) :exec
DELETE FROM stash WHERE day < $1;

-- name: stash_drop(id id, owner user_id) :exec
DELETE FROM stash WHERE id = $1 AND owner = $2;

-- name: receipt_put(hash id, object case_id, on_day day) :exec
INSERT INTO receipt (hash, object, day) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING;

-- name: receipt_get(hash id) :one
-- object: case_id
SELECT object, day FROM receipt WHERE hash = $1;
