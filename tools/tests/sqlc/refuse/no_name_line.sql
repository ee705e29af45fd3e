-- expect: 3: a statement needs a name line before it: -- name: NAME(arg type, …) :one

DELETE FROM pet;
