-- expect: 2: q: :many needs a LIMIT, or must say ":many unbounded"
-- name: q() :many
SELECT id FROM person WHERE id IN (SELECT person_id FROM pet LIMIT 1);
