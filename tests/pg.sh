#!/bin/sh
# A throw-away PostgreSQL for tests: its own cluster, a unix socket only, nothing flushed to disk.
#   tests/pg.sh start DIR        makes it below DIR (which must not exist), prints its connection URL
#   tests/pg.sh stop DIR         stops it and removes DIR
#   tests/pg.sh with COMMAND …   runs COMMAND with the URL in RIVAGE_TEST_PG; exit 77 (skipped) without PostgreSQL
# PostgreSQL refuses to run as root: root runs it as `postgres`, or else as `nobody`.
set -eu

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -x "$bin/initdb" ] || bin=$(dirname "$(command -v initdb || echo /nowhere/initdb)")

as() {
	if [ "$(id -u)" -ne 0 ]; then
		"$@"
		return
	fi
	user=nobody
	! getent passwd postgres >/dev/null || user=postgres
	# The caller's folder may be closed to that user.
	(cd / && setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups env HOME=/ "$@")
}

start() {
	dir=$1
	mkdir -m 755 "$dir"
	dir=$(cd "$dir" && pwd)
	mkdir -m 700 "$dir/data" "$dir/socket"
	chmod 755 "$dir/socket"
	if [ "$(id -u)" -eq 0 ]; then
		user=nobody
		! getent passwd postgres >/dev/null || user=postgres
		chown "$user" "$dir" "$dir/data" "$dir/socket"
	fi
	as "$bin/initdb" -D "$dir/data" -U rivage -A trust -E UTF8 --locale=C --no-sync >"$dir.log" 2>&1 || {
		cat "$dir.log" >&2
		exit 1
	}
	mv "$dir.log" "$dir/initdb.log"
	as sh -c "cat >> '$dir/data/postgresql.conf'" <<-CONF
		listen_addresses = ''
		unix_socket_directories = '$dir/socket'
		fsync = ${PG_FSYNC:-off}
		full_page_writes = ${PG_FSYNC:-off}
		shared_buffers = 32MB
		max_connections = 60
		deadlock_timeout = 100ms
	CONF
	as "$bin/pg_ctl" -D "$dir/data" -l "$dir/data/log" -w start >/dev/null || {
		as cat "$dir/data/log" >&2
		exit 1
	}
	echo "postgresql:///postgres?host=$dir/socket&user=rivage"
}

stop() {
	dir=$(cd "$1" && pwd)
	as "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null || true
	rm -rf "$dir"
}

case ${1-} in
start) start "$2" ;;
stop) stop "$2" ;;
with)
	shift
	[ -x "$bin/initdb" ] || exit 77
	base=$(mktemp -d)
	chmod 755 "$base"
	trap 'stop "$base/pg" 2>/dev/null || true; rm -rf "$base"' EXIT
	trap 'exit 1' INT TERM
	RIVAGE_TEST_PG=$(start "$base/pg")
	export RIVAGE_TEST_PG
	RIVAGE_TEST_PG_DIR=$base/pg
	export RIVAGE_TEST_PG_DIR
	"$@"
	;;
*)
	sed -n '2,6s/^# //p' "$0" >&2
	exit 2
	;;
esac
