-- expect: 2: q: the expression "COUNT(*)" needs a name: AS x
-- name: q() :one
SELECT COUNT(*) FROM pet;
