-- expect: 2: q: 3 values for 2 columns
-- name: q(x id, y case_id) :exec
INSERT INTO pet (id, person_id) VALUES ($1, $2, 3);
