-- The schema of sqlc's own tests.
CREATE TABLE person (
	id @case_id NOT NULL PRIMARY KEY,
	name @text NOT NULL, -- @id in a comment is left alone
	born @day,
	score @int NOT NULL DEFAULT 0,
	bonus @int,
	photo @bytes NOT NULL,
	owner @user_id
) @strict;
CREATE TABLE pet (
	id @id NOT NULL PRIMARY KEY,
	person_id @case_id NOT NULL REFERENCES person (id),
	legs @int NOT NULL
) @strict;
