-- expect: 2: a name line reads "-- name: NAME(arg type, …) :one"
-- name: q :exec
DELETE FROM pet;
