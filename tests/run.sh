#!/usr/bin/env bash
# run.sh CAMPAIGN… [--all] — tests against the program as shipped, each in a house of its own, on 127.0.0.0/8 only:
#   http      the pages, on SQLite and PostgreSQL        abuse   bad input at every field; canaries on disk
#   crash     kill -9 under load; the audit log changed  attack  ambiguous and slow requests, given-up downloads
# Without --all a sample.  $BUILD: the build folder (build-check).  Shows what fails; counts into $COUNT.
set -euo pipefail
cd "$(dirname "$0")/.."
export BUILD=${BUILD:-build-check}
all=() campaigns=()
for word in "$@"; do
	if [ "$word" = --all ]; then all=(--all); else campaigns+=("$word"); fi
done
passed=0 failed=0
tools/build.sh "$BUILD" --werror

# try PROGRAM [ARGUMENT…]: shows its failures and notes, and adds up its closing line
try() {
	local out line started=$SECONDS
	out=$(python3 "$@" 2>&1) || true
	grep -E '^(not ok|# seed)' <<<"$out" || true
	line=$(tail -n 1 <<<"$out")
	if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
		passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
	else
		tail -n 20 <<<"$out"
		line="broke off"
		failed=$((failed + 1))
	fi
	echo "${*#tests/}: $line, $((SECONDS - started)) s"
}

for campaign in "${campaigns[@]}"; do
	case $campaign in
	http)
		try tests/http/scenarios.py sqlite
		try tests/http/scenarios.py postgresql
		;;
	abuse)
		try tests/abuse/naughty.py "${all[@]}"
		try tests/abuse/canary.py sqlite
		try tests/abuse/canary.py postgresql
		;;
	crash)
		try tests/crash/kill.py sqlite "${all[@]}"
		try tests/crash/kill.py postgresql
		try tests/crash/audit_tamper.py "${all[@]}"
		;;
	attack) try tests/attack/attack.py ;;
	*)
		sed -n '2,5s/^# //p' "$0" >&2
		exit 2
		;;
	esac
done
echo "$passed passed, $failed failed"
echo "$passed $failed" >"${COUNT:-/dev/null}"
[ "$passed" -gt 0 ] && [ "$failed" -eq 0 ]
