-- expect: 2: its comment would end the comment in the header
-- name: q() :exec
-- a */ b
DELETE FROM pet;
