-- expect: 2: q: the argument legs ($2) is not used
-- name: q(x id, legs int) :exec
DELETE FROM pet WHERE id = $1;
