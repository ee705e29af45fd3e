-- 0001: what the tests of src/lib/db write to.  The words @id, @int are in a comment here: left alone.
CREATE TABLE dossier (
	id @case_id NOT NULL PRIMARY KEY,
	code @text NOT NULL UNIQUE,
	opened @day,
	weight @int,
	body @bytes,
	CHECK (weight IS NULL OR weight <> 13)
) @strict;

CREATE TABLE note (
	id @record_id NOT NULL PRIMARY KEY,
	dossier_id @case_id NOT NULL REFERENCES dossier (id),
	author @user_id,
	said @text NOT NULL
) @strict;
