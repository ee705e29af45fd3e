-- expect: 2: q: there are two columns called id
-- name: q() :one
SELECT p.id, t.id FROM person p JOIN pet t ON t.person_id = p.id;
