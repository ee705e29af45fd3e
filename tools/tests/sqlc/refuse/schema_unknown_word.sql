-- expect: 4: the schema has no word @integer
CREATE TABLE t (
 x @int,
 y @integer);
