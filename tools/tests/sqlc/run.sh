#!/bin/sh
# Runs sqlc on each file it must refuse, and compares its message; then on one it must accept, and compares all
# it writes.  The first line of a refused file is "-- expect: LINE: message" (there, @: is the file and ACCEPT: the accepted one).
# usage: run.sh SQLC [--update]     --update rewrites the accepted output
set -eu
sqlc=$1 update=${2-}
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=0 passed=0

fail() {
	echo "FAIL $1" >&2
	failed=$((failed + 1))
}

for f in "$here"/refuse/*.sql; do
	name=$(basename "$f")
	expect="$f:$(sed -n "1s|@:|$f:|; 1s|ACCEPT:|$here/accept/people.sql:|; 1s/^-- expect: //p" "$f")."
	case $name in
	schema_*) set -- --schema "$f" --queries ;;
	twice_*) set -- --schema "$here/schema.sql" --queries "$here/accept/people.sql" "$f" ;;
	*) set -- --schema "$here/schema.sql" --queries "$f" ;;
	esac
	if "$sqlc" --out "$tmp" "$@" 2>"$tmp/said"; then
		fail "$name was accepted"
	elif [ "$(cat "$tmp/said")" != "$expect" ]; then
		fail "$name: expected: $expect"
		echo "     said: $(cat "$tmp/said")" >&2
	elif [ -e "$tmp/queries.c" ]; then
		fail "$name: something was written"
	else
		passed=$((passed + 1))
	fi
done

"$sqlc" --out "$tmp" --schema "$here/schema.sql" --queries "$here/accept/people.sql"
for f in queries.c people_sql.h; do
	[ "$update" = --update ] && cp "$tmp/$f" "$here/accept/$f.expected"
	if diff -u "$here/accept/$f.expected" "$tmp/$f" >&2; then
		passed=$((passed + 1))
	else
		fail "$f differs from what is expected"
	fi
done
for args in "" "--out" "--out $tmp --schema" "--out $tmp --queries x" "--out $tmp --schema $here/schema.sql --queries x y --more"; do
	rc=0
	"$sqlc" $args 2>/dev/null || rc=$?
	[ $rc -eq 2 ] && passed=$((passed + 1)) || fail "usage: $args → $rc"
done
echo "sqlc: $passed passed, $failed failed"
[ $failed -eq 0 ]
