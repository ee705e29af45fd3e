#!/usr/bin/env bash
# run.sh CAMPAIGN… [--all] — tests against the program as shipped, each in a house of its own, on 127.0.0.0/8 only:
#   http      the pages, on SQLite and PostgreSQL        abuse   bad input at every field; canaries on disk
#   crash     kill -9 under load; the audit log changed  attack  ambiguous and slow requests, given-up downloads
#   backup    backups, erasures and restores together   scan    wapiti, sqlmap, slowhttptest, testssl.sh (25 minutes)
# Without --all a sample.  $BUILD: the build folder (build-check).  Shows what fails; counts into $COUNT.
set -euo pipefail
cd "$(dirname "$0")/.."
export BUILD=${BUILD:-build-check} COUNT=${COUNT:-/dev/null}
all=() programs=()
[[ " $* " != *" --all "* ]] || all=(--all)

add() { programs+=(python3 "$@" --); }

for campaign in "$@"; do
	case $campaign in
	http)
		add tests/http/scenarios.py sqlite
		add tests/http/scenarios.py postgresql
		;;
	abuse)
		[ -d node_modules/big-list-of-naughty-strings ] || npm ci --ignore-scripts --no-audit --no-fund --silent
		add tests/abuse/naughty.py "${all[@]}"
		add tests/abuse/canary.py sqlite
		add tests/abuse/canary.py postgresql
		add tests/abuse/memory.py
		;;
	crash)
		add tests/crash/kill.py sqlite "${all[@]}"
		add tests/crash/kill.py postgresql
		add tests/crash/audit_tamper.py "${all[@]}"
		;;
	backup) add tests/backup/shred.py "${all[@]}" ;;
	scan)
		tools/packages.sh scan
		add tests/scan/scan.py
		;;
	attack) add tests/attack/attack.py "${all[@]}" ;;
	--all) ;;
	*)
		sed -n '2,6s/^# //p' "$0" >&2
		exit 2
		;;
	esac
done
tools/build.sh "$BUILD" --werror
exec tools/counted.sh "${programs[@]}"
