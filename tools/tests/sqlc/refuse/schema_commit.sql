-- expect: 3: a schema file runs in one transaction and must not end it
CREATE TABLE t (x @int);
COMMIT;
