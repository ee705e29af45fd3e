-- expect: 3: q: no such column: x
-- name: q() :one
SELECT id FROM person WHERE name = "x";
