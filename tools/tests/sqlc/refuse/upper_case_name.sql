-- expect: 2: the query "Q" must be a lower-case letter, then lower-case letters, digits and _
-- name: Q() :exec
DELETE FROM pet;
