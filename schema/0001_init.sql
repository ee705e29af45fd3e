-- 0001: the whole store.  No column holds a readable word about a person: random ids, versions, days, sealed bytes.
-- @id @int @text @bytes @day are replaced by each engine's types (src/lib/db).

-- One row counts every change of a case, in commit order (design §10.3).
CREATE TABLE change (
	one @int NOT NULL PRIMARY KEY,
	n @int NOT NULL
) @strict;
INSERT INTO change (one, n) VALUES (1, 0);

-- A case: its head, sealed under the server lock.
CREATE TABLE kase (
	id @id NOT NULL PRIMARY KEY,
	version @int NOT NULL,
	seq @int NOT NULL,
	head @bytes NOT NULL
) @strict;
CREATE INDEX kase_by_seq ON kase (seq);

-- Keys of a case (or of an office or a programme, design §10.9), wrapped per office.  grp is a keyed hash of the
-- office's code, so that a reader of the database does not learn the country of return.
CREATE TABLE wrap (
	object @id NOT NULL,
	dossier @int NOT NULL,
	compartment @int NOT NULL,
	grp @id NOT NULL,
	gen @int NOT NULL,
	sealed @bytes NOT NULL,
	PRIMARY KEY (object, dossier, compartment, grp, gen)
) @strict;

-- A filled form: one row per compartment and version.  Never updated (design §4, §10.4).
CREATE TABLE record (
	object @id NOT NULL,
	id @id NOT NULL,
	compartment @int NOT NULL,
	version @int NOT NULL,
	dossier @int NOT NULL,
	form @text NOT NULL,
	form_version @int NOT NULL,
	author @id NOT NULL,
	day @day NOT NULL,
	turn @int NOT NULL, -- version of the case's head this change made: the order within a day
	sealed @bytes NOT NULL,
	PRIMARY KEY (object, id, compartment, version)
) @strict;

-- The tally of records (rule/head.h) of what has no head: an office or a programme.  A case keeps it in its head.
CREATE TABLE tally (
	object @id NOT NULL PRIMARY KEY,
	version @int NOT NULL,
	sealed @bytes NOT NULL
) @strict;

-- A form being filled, as last left: replaced at each save, dropped when the form is filed.
CREATE TABLE draft (
	object @id NOT NULL,
	id @id NOT NULL,
	compartment @int NOT NULL,
	dossier @int NOT NULL,
	form @text NOT NULL,
	form_version @int NOT NULL,
	author @id NOT NULL,
	day @day NOT NULL,
	version @int NOT NULL,
	sealed @bytes NOT NULL,
	PRIMARY KEY (object, id, compartment, author) -- two people may each have a draft of one form
) @strict;

-- Names, for searching in memory: sealed to an office's index key (design §4 Search).
CREATE TABLE name_index (
	object @id NOT NULL,
	grp @id NOT NULL,
	sealed @bytes NOT NULL,
	PRIMARY KEY (object, grp)
) @strict;

-- Receipt codes of public referrals, as keyed hashes.
CREATE TABLE receipt (
	hash @id NOT NULL PRIMARY KEY,
	object @id NOT NULL,
	day @day NOT NULL
) @strict;

-- Text posted after a session ended, sealed to its author (design §10.13).  Kept 7 days.
CREATE TABLE stash (
	id @id NOT NULL PRIMARY KEY,
	owner @id NOT NULL,
	day @day NOT NULL,
	sealed @bytes NOT NULL
) @strict;
CREATE INDEX stash_by_owner ON stash (owner);

-- Erasures: asked (0), done (1), withdrawn (2).  object is the case while it is there, zeros afterwards.  sealed, under the
-- server lock: what a figure reported before needs to be explained by (code, steps reached), who asked and confirmed.
CREATE TABLE erasure (
	id @id NOT NULL PRIMARY KEY,
	object @id NOT NULL,
	day @day NOT NULL,
	state @int NOT NULL,
	sealed @bytes NOT NULL
) @strict;
