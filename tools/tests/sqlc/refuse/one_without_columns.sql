-- expect: 2: q: it returns no column, so it is :exec
-- name: q() :one
DELETE FROM pet;
