-- expect: 2: ":two" is none of :one, :many, :many unbounded, :each, :exec
-- name: q() :two
DELETE FROM pet;
