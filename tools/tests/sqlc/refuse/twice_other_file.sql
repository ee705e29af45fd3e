-- expect: 2: person_all: there is a query of this name at ACCEPT:18
-- name: person_all() :exec
DELETE FROM pet;
