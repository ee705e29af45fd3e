-- case.sql — cases, their keys, records and drafts.

-- name: kase_insert(id case_id, version int, seq int, head bytes) :exec
INSERT INTO kase (id, version, seq, head) VALUES ($1, $2, $3, $4);

-- name: kase_update(id case_id, version int, seq int, head bytes, was int) :exec
UPDATE kase SET version = $2, seq = $3, head = $4 WHERE id = $1 AND version = $5;

-- name: kase_row(id case_id) :one
SELECT version, seq, head FROM kase WHERE id = $1;

-- name: kase_since(seq int) :each
-- id: case_id
SELECT id, version, seq, head FROM kase WHERE seq > $1 ORDER BY seq;

-- name: change_next() :one
-- n: int
UPDATE change SET n = n + 1 WHERE one = 1 RETURNING n;

-- name: wrap_insert(object case_id, dossier int, compartment int, grp id, gen int, sealed bytes) :exec
INSERT INTO wrap (object, dossier, compartment, grp, gen, sealed) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (object, dossier, compartment, grp, gen) DO NOTHING;

-- name: wraps_of(object case_id) :many unbounded
SELECT dossier, compartment, grp, gen, sealed FROM wrap WHERE object = $1 ORDER BY dossier, compartment;

-- name: record_insert(object case_id, id record_id, compartment int, version int, dossier int, form text, form_version int, author user_id, on_day day, turn int, sealed bytes) :exec
INSERT INTO record (object, id, compartment, version, dossier, form, form_version, author, day, turn, sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: record_parts(object case_id, id record_id, version int) :many unbounded
-- Up to a version: who corrects a form without reading a part leaves it as it was.
SELECT compartment, version, sealed FROM record WHERE object = $1 AND id = $2 AND version <= $3
ORDER BY version DESC, compartment;

-- name: records_of(object case_id) :many unbounded
-- id: record_id
-- author: user_id
SELECT id, compartment, version, dossier, form, form_version, author, day, turn FROM record
WHERE object = $1 ORDER BY id, version DESC, compartment;

-- name: tally_row(object case_id) :one
SELECT version, sealed FROM tally WHERE object = $1;

-- name: tallies() :each
-- object: case_id
SELECT object, sealed FROM tally;

-- name: tally_insert(object case_id, version int, sealed bytes) :exec
INSERT INTO tally (object, version, sealed) VALUES ($1, $2, $3);

-- name: tally_update(object case_id, version int, sealed bytes, was int) :exec
UPDATE tally SET version = $2, sealed = $3 WHERE object = $1 AND version = $4;

-- name: record_version(object case_id, id record_id) :many unbounded
SELECT version, form FROM record WHERE object = $1 AND id = $2 ORDER BY version DESC LIMIT 1;

-- name: record_of_form(object case_id, form text) :one
-- id: record_id
SELECT id, version FROM record WHERE object = $1 AND form = $2 ORDER BY turn DESC LIMIT 1;

-- name: record_drop(object case_id, id record_id) :exec
DELETE FROM record WHERE object = $1 AND id = $2;

-- name: drafts_drop(object case_id, id record_id) :exec
DELETE FROM draft WHERE object = $1 AND id = $2;

-- name: draft_put(object case_id, id record_id, compartment int, dossier int, form text, form_version int, author user_id, on_day day, version int, sealed bytes) :exec
INSERT INTO draft (object, id, compartment, dossier, form, form_version, author, day, version, sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (object, id, compartment, author) DO UPDATE SET dossier = excluded.dossier, form = excluded.form, form_version = excluded.form_version, day = excluded.day,
	version = excluded.version, sealed = excluded.sealed;

-- name: draft_drop(object case_id, id record_id, author user_id) :exec
DELETE FROM draft WHERE object = $1 AND id = $2 AND author = $3;

-- name: draft_parts(object case_id, id record_id, author user_id) :many unbounded
SELECT compartment, form, form_version, day, version, sealed FROM draft
WHERE object = $1 AND id = $2 AND author = $3;

-- name: drafts_of(object case_id, author user_id) :many unbounded
-- id: record_id
SELECT id, form, day, version FROM draft WHERE object = $1 AND author = $2 ORDER BY day DESC, id;

-- name: index_put(object case_id, grp id, sealed bytes) :exec
INSERT INTO name_index (object, grp, sealed) VALUES ($1, $2, $3)
ON CONFLICT (object, grp) DO UPDATE SET sealed = excluded.sealed;

-- name: index_of(grp id) :each
-- object: case_id
SELECT object, sealed FROM name_index WHERE grp = $1;
