-- expect: 2: q: a note names the column m, which it does not return
-- name: q() :one
-- n: int
-- m: int
SELECT COUNT(*) AS n FROM pet;
