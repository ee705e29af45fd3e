-- expect: 2: the argument x needs a type: int, day, text, bytes, id or a kind of id
-- name: q(x) :exec
DELETE FROM pet WHERE legs = $1;
