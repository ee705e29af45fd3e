-- expect: 2: q: the column n is an expression: say its type in a comment "-- n: int"
-- name: q() :one
SELECT COUNT(*) AS n FROM pet;
