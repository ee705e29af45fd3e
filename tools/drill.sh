#!/usr/bin/env bash
# drill.sh BACKUP RING KEYFILE SHARE SHARE SHARE — a restore drill: the backup is restored into an empty directory, served on a
# free port of 127.0.0.1, asked for its first page, and its audit log is checked; then all of it is removed.  Says how long
# each step took; the exit code is 0 only when everything went well.  With COORDINATOR=OFFICE it ends with a coordinator of that office
# made from the shares, as if all were lost.  $RIVAGE: the program (build/rivage, or the one in PATH).
set -euo pipefail
if [ $# -lt 5 ]; then
	sed -n '2,5s/^# //p' "$0" >&2
	exit 2
fi
backup=$1 ring=$2 key=$3
shift 3
here=$(cd "$(dirname "$0")/.." && pwd)
rivage=${RIVAGE:-$(if [ -x "$here/build/rivage" ]; then echo "$here/build/rivage"; else command -v rivage; fi)}
scratch=$(mktemp -d)
server=
finish() {
	if [ -n "$server" ] && kill "$server" 2>/dev/null; then wait "$server" || true; fi
	rm -rf "$scratch"
}
trap finish EXIT
began=$SECONDS

# step NAME COMMAND…
step() {
	local name=$1 from=$SECONDS
	shift
	"$@" || {
		echo "drill: $name FAILED" >&2
		exit 1
	}
	printf 'drill: %-28s %4d s\n' "$name" $((SECONDS - from))
}

first_page() {
	local port try
	for try in 1 2 3 4 5; do
		port=$((20000 + (RANDOM + try) % 20000))
		"$rivage" serve --data "$scratch/data" --listen "127.0.0.1:$port" --key-file "$key" 2>>"$scratch/log" &
		server=$!
		for _ in $(seq 200); do
			if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
				exec 3<>"/dev/tcp/127.0.0.1/$port"
				printf 'GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3
				head -1 <&3 | grep -q ' 200 '
				return
			fi
			kill -0 "$server" 2>/dev/null || break
			sleep 0.1
		done
	done
	cat "$scratch/log" >&2
	return 1
}

step 'restored' "$rivage" restore "$backup" "$scratch/data" "$@" --key-file "$key" --with-ring "$ring"
step 'the audit log is whole' "$rivage" audit verify "$scratch/data"
step 'served, first page' first_page
as_if_all_were_lost() {
	kill "$server" && wait "$server" || true
	server=
	echo drill | "$rivage" ceremony coordinator "$scratch/data" --key-file "$key" --login drill --name Drill --office "$COORDINATOR" "$@" \
		>"$scratch/made" 2>>"$scratch/log" && ! grep '^missing' "$scratch/made" && "$rivage" audit verify "$scratch/data"
}
if [ -n "${COORDINATOR:-}" ]; then step 'a coordinator from shares' as_if_all_were_lost "$@"; fi
printf 'drill: %-28s %4d s\n' 'all of it' $((SECONDS - began))
