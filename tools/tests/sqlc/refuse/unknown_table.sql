-- expect: 2: q: no such table: persons
-- name: q() :one
SELECT id FROM persons;
