-- expect: 2: q: $2 is used, but the name line has 1 argument(s)
-- name: q(x id) :exec
DELETE FROM pet WHERE id = $1 AND legs = $2;
