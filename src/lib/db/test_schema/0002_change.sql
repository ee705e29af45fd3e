CREATE TABLE change (
	one @int NOT NULL PRIMARY KEY,
	n @int NOT NULL
) @strict;
INSERT INTO change (one, n) VALUES (1, 0);
CREATE INDEX dossier_opened ON dossier (opened, id);
