-- expect: 2: the column cannot be called "int": the name is taken
-- name: q() :one
SELECT legs AS int FROM pet;
