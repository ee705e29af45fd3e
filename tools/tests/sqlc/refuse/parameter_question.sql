-- expect: 2: q: parameters are written $1, $2, … (found "?")
-- name: q(x id) :exec
DELETE FROM pet WHERE id = ?;
