-- expect: 4: q: near "person": syntax error
-- name: q() :one
SELECT id
FORM person x;
