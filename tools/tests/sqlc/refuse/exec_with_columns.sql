-- expect: 2: q: it returns columns, so it is :one, :many or :each
-- name: q() :exec
SELECT id FROM person;
