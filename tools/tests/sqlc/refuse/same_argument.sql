-- expect: 2: there are two arguments called x
-- name: q(x int, x int) :exec
DELETE FROM pet WHERE legs = $1 OR legs = $2;
