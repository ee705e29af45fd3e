-- expect: 2: q: a query is SELECT, INSERT, UPDATE, DELETE or WITH; tables are made in schema/
-- name: q() :exec
COMMIT;
