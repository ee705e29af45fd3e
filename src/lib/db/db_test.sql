-- Queries of db_test.c.

-- name: dossier_add(id case_id, code text, opened day, weight int?, body bytes) :exec
-- Parameters out of order: SQLite numbers them by appearance.
INSERT INTO dossier (body, weight, opened, code, id) VALUES ($5, $4, $3, $2, $1);

-- name: dossier_get(id case_id) :one
SELECT id, code, opened, weight, body FROM dossier WHERE id = $1;

-- name: dossier_list(since day, after text, most int) :many
SELECT code, opened, weight FROM dossier
WHERE ($1 IS NULL OR opened >= $1) AND code > $2
ORDER BY code LIMIT $3;

-- name: dossier_codes() :many unbounded
SELECT code FROM dossier ORDER BY code;

-- name: dossier_each(least int) :each
-- n: int
SELECT id, code, body, COALESCE(weight, 0) AS n FROM dossier WHERE COALESCE(weight, 0) >= $1 ORDER BY code;

-- name: dossier_weigh(id case_id, weight int) :exec
UPDATE dossier SET weight = $2 WHERE id = $1;

-- name: dossier_count() :one
-- n: int
-- total: int?
SELECT COUNT(*) AS n, CAST(SUM(weight) AS BIGINT) AS total FROM dossier;

-- name: dossier_wrong_null() :one
-- n: int
SELECT weight AS n FROM dossier LIMIT 1;

-- name: dossier_wrong_id() :one
-- x: id
SELECT body AS x FROM dossier LIMIT 1;

-- name: dossier_wrong_day(v int) :one
-- d: day
SELECT CAST($1 AS BIGINT) AS d FROM dossier LIMIT 1;

-- name: note_add(id record_id, dossier_id case_id, author user_id?, said text) :exec
INSERT INTO note (id, dossier_id, author, said) VALUES ($1, $2, $3, $4);

-- name: note_of(dossier_id case_id) :many
SELECT d.code, n.said, n.author, d.weight
FROM dossier d LEFT JOIN note n ON n.dossier_id = d.id
WHERE d.id = $1 ORDER BY n.said LIMIT 10;

-- name: change_next() :one
UPDATE change SET n = n + 1 RETURNING n;

-- name: change_get() :one
SELECT n FROM change;
