-- expect: 1: the column x of table t must have a type word: @id, @int, @text, @bytes, @day
CREATE TABLE t (x TEXT);
