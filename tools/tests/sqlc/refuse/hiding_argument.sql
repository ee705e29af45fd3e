-- expect: 2: the argument cannot be called "case_id": the name is taken
-- name: q(case_id case_id) :exec
DELETE FROM pet WHERE person_id = $1;
