-- expect: 2: the argument cannot be called "case": the name is taken
-- name: q(case case_id) :exec
DELETE FROM pet WHERE person_id = $1;
