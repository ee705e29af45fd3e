#!/usr/bin/env bash
# prove.sh [NAME…] — the long campaigns, of which ./check runs a sample: each appends a line to docs/ledger.tsv
# (day, commit, campaign, passed, failed, seconds).  An hour or more; not part of ./check.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export COUNT=$scratch/count
ledger=docs/ledger.tsv
worst=0

# name | what is run
campaigns='
lint      | tools/lint.sh --all
asan      | tools/asan.sh
asan-http | tools/asan.sh http
valgrind  | tools/valgrind.sh
valgrind-http | tools/valgrind.sh http
fuzz      | env SECONDS_EACH=60 tools/fuzz.sh
pages     | env PAGES=full tools/check.d/80-browser.sh
http      | tests/run.sh http
abuse     | tests/run.sh abuse --all
crash     | tests/run.sh crash --all
access    | tests/run.sh access --all
points    | tests/run.sh points --all
attack    | tests/run.sh attack --all
backup    | tests/run.sh backup --all
forged    | tools/forged.sh 100000
scan      | tests/run.sh scan
'

tools/packages.sh build test
mkdir -p docs
[ -f $ledger ] || printf 'day\tcommit\tcampaign\tpassed\tfailed\tseconds\n' >$ledger
commit=$(git rev-parse --short HEAD)
[ -z "$(git status --porcelain --untracked-files=no)" ] || commit+=+
while IFS='|' read -r name command; do
	name=${name//[[:space:]]/}
	[ -n "$name" ] || continue
	if [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; then continue; fi
	read -ra words <<<"$command"
	echo "== $name"
	started=$SECONDS passed=0 failed=1
	rm -f "$COUNT"
	"${words[@]}" </dev/null || worst=1
	[ ! -s "$COUNT" ] || read -r passed failed <"$COUNT"
	printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$(date +%F)" "$commit" "$name" "$passed" "$failed" $((SECONDS - started)) | tee -a $ledger
done <<<"$campaigns"
exit $worst
