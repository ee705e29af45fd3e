-- expect: 5: q: no such column: nom
-- name: q(a_id case_id) :one
SELECT id,

 nom FROM person WHERE id = $1;
