-- expect: 3: CHECK constraint failed: x > 1
CREATE TABLE t (x @int CHECK (x > 1)) @strict;
INSERT INTO t VALUES (1);
