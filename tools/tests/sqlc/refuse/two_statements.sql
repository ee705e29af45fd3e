-- expect: 2: q: only one statement may stand behind a name line
-- name: q() :exec
DELETE FROM pet;
DELETE FROM person;
