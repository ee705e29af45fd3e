-- A comment before the first name line belongs to nobody.

-- name: person_add(id case_id, name text, born day, photo bytes, owner user_id?, bonus int?) :exec
INSERT INTO person (id, name, born, photo, owner, bonus) VALUES ($1, $2, $3, $4, $5, $6);

-- name: person_get(id case_id) :one
-- Everything about a person.
-- Two lines of it.
SELECT * FROM person -- with a comment behind
WHERE id = $1 /* and one
in the middle */ AND name <> ';--"\';

-- name: person_scores(least int) :many
-- n: int
-- Note: this is no note.
SELECT COUNT(*) AS n, score FROM person WHERE score >= $1 GROUP BY score LIMIT 5

-- name: person_all() :many unbounded
SELECT id FROM person;

-- name: pets(person case_id) :many
SELECT p.name, t.legs, t.id AS pet FROM person p LEFT JOIN pet t ON t.person_id = p.id WHERE p.id = $1 LIMIT 9;

-- name: pets_subquery() :one
SELECT id, (SELECT legs FROM pet LIMIT 1) AS legs FROM person LIMIT 1;

-- name: pets_filtered() :one
SELECT id, score FROM person WHERE id IN (SELECT person_id FROM pet) LIMIT 1;

-- name: person_each(x bytes) :each
SELECT id, photo FROM person WHERE photo = $1;

-- name: person_bump(id case_id, by int) :one
UPDATE person SET score = score + $2 WHERE id = $1 RETURNING score, bonus;

-- name: pet_add(id id, person id?) :exec
INSERT INTO pet (id, person_id, legs) VALUES ($1, $2, 4)
ON CONFLICT (id) DO UPDATE SET legs = excluded.legs + 1;
