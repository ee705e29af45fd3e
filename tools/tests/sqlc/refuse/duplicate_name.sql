-- expect: 5: q: there is a query of this name at @:2
-- name: q() :exec
DELETE FROM pet;

-- name: q() :exec
DELETE FROM person;
