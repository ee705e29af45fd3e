-- expect: 2: q: there is no statement behind the name line
-- name: q() :exec
-- only a comment
;
