-- expect: 2: q: parameters are written $1, $2, … (found "$01")
-- name: q(x id) :exec
DELETE FROM pet WHERE id = $01;
