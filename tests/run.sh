#!/usr/bin/env bash
# run.sh CAMPAIGN… [--all] — tests against the program as shipped, each in a house of its own, on 127.0.0.0/8 only:
#   http      the pages, on SQLite and PostgreSQL        abuse   bad input at every field; canaries on disk and in memory
#   crash     kill -9, full disk, failed flush, audit    attack  ambiguous and slow requests, given-up downloads
#   access    who reaches what: an oracle of its own    backup  backups, erasures and restores together
#   points    the power cut at every line of what is written
#   scan      wapiti, sqlmap, slowhttptest, testssl.sh (25 minutes)
# Without --all a sample, two programs at a time where none of them looks at times.  $BUILD: the build folder (build-check).
# Shows what fails; counts into $COUNT.
set -euo pipefail
cd "$(dirname "$0")/.."
export BUILD=${BUILD:-build-check} COUNT=${COUNT:-/dev/null} ABREAST=2
all=() programs=()
[[ " $* " != *" --all "* ]] || all=(--all)

add() { programs+=(python3 "$@" --); }

for campaign in "$@"; do
	case $campaign in access | attack | backup | scan) ABREAST=1 ;; esac
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
		add tests/abuse/memory.py sqlite
		add tests/abuse/memory.py postgresql
		;;
	crash)
		add tests/crash/kill.py sqlite "${all[@]}"
		add tests/crash/kill.py postgresql "${all[@]}"
		add tests/crash/full.py "${all[@]}"
		tools/unfenced.sh
		programs+=(env BUILD=build-valgrind python3 tests/crash/flush.py "${all[@]}" --)
		add tests/crash/audit_tamper.py "${all[@]}"
		;;
	access)
		add tests/access/cells.py "${all[@]}"
		add tests/access/absent.py "${all[@]}"
		;;
	backup) add tests/backup/shred.py "${all[@]}" ;;
	scan)
		tools/packages.sh scan
		add tests/scan/scan.py
		;;
	points)
		programs+=("$BUILD/tests/crash_points" --points "$([ ${#all[@]} -gt 0 ] && echo 60000 || echo 2000)" --)
		programs+=("$BUILD/tests/crash_points" --each --)
		;;
	attack) add tests/attack/attack.py "${all[@]}" ;;
	--all) ;;
	*)
		sed -n '2,7s/^# //p' "$0" >&2
		exit 2
		;;
	esac
done
tools/build.sh "$BUILD" --werror
exec tools/counted.sh "${programs[@]}"
