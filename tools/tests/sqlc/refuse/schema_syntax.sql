-- expect: 3: near "TABEL": syntax error
CREATE TABLE t (x @int);
CREATE TABEL u (x @int);
