#!/usr/bin/env bash
# lint.sh [--all] — layout, static analysis and the rules of the house, one line each with what breaks it.
# --all adds the rules that need minutes (the whole of clang-analyzer).  Wants build-check.
set -euo pipefail
cd "$(dirname "$0")/.."
build="build-check"
passed=0 failed=0

# rule NAME COMMAND…: the rule is kept when the command succeeds; else what it says is shown
rule() {
	local name=$1 said
	shift
	if said=$("$@" 2>&1); then
		passed=$((passed + 1))
		echo "ok $name"
	else
		failed=$((failed + 1))
		echo "FAILED $name"
		grep -E '(^|[ :])(error|warning|FAILED|Error)|:[0-9]+:|SC[0-9]{4}' <<<"$said" | head -60 || head -20 <<<"$said"
	fi
}

# Generated sources and the compile commands must be there for clang-tidy and for the messages of templates.
tools/build.sh "$build" --werror

c_files() { git ls-files -co --exclude-standard 'src/*.[ch]' 'tools/*.[ch]' 'tests/*.[ch]'; }
layout() { c_files | xargs clang-format --dry-run -Werror 2>&1; }

# tidy CHECKS: gcc's own flags are taken out of the commands; what only clang's diagnostics say about flags is not asked.
tidy() {
	mkdir -p "$build/tidy"
	sed -E 's/ (-fzero-call-used-regs=[^ ]*|-ftrivial-auto-var-init=[^ ]*|-Wbidi-chars=[^ ]*|-Wtrampolines|-Werror)//g' \
		"$build"/compile_commands.json >"$build"/tidy/compile_commands.json
	run-clang-tidy -quiet -j2 -p "$build/tidy" ${1:+-checks="$1"} '^(?!.*(_test|_testing|_fixture|_bench|/tests/|@)).*/(src|tools)/.*\.c$' \
		>"$build"/tidy/log 2>/dev/null && return 0
	sed 's/\x1b\[[0-9;]*m//g; s#^/.*/\.\./##; s#^\.\./##; s#^'"$PWD"'/##' "$build"/tidy/log | grep -E '(error|warning):' | sort -u
	return 1
}

scripts() { { git ls-files -co --exclude-standard '*.sh'; echo run; echo check; echo .ci/run; } | xargs shellcheck -S warning -f gcc; }
javascript() { local f; for f in assets/*.js tests/browser/*.mjs; do node --check "$f" || return 1; done; }

rule "layout (clang-format)" layout
rule "static analysis (clang-tidy)" tidy '-clang-analyzer-*'
# The analyzer sees one file at a time: it takes what a function of another file gives through a pointer for unset or null,
# though TRY has looked at its answer.  What the rules left out look for, valgrind and the sanitizers look for while it runs;
# memset_s and its like, which the last one asks for, are not in this C library.
analyzer='-*,clang-analyzer-*,-clang-analyzer-optin.*'
for left_out in core.uninitialized.\* core.CallAndMessage core.NullDereference core.NonNullParamChecker \
	core.UndefinedBinaryOperatorResult security.insecureAPI.DeprecatedOrUnsafeBufferHandling; do
	analyzer+=",-clang-analyzer-$left_out"
done
[ "${1:-}" != --all ] || rule "static analysis (clang-analyzer)" tidy "$analyzer"
rule "docs/access-matrix.md is what rivage access says" diff -u docs/access-matrix.md <("$build/rivage" access)
rule "each page has its row in tests/access/oracle.py" python3 tests/access/oracle.py docs/access-matrix.md
rule "scripts (shellcheck)" scripts
rule "JavaScript parses" javascript
rule "every message is marked and translated" env BUILD="$build" tools/messages.sh check

counted=$(mktemp)
trap 'rm -f "$counted"' EXIT
python3 tools/lint.py "$counted"
read -r ok bad <"$counted"
echo "$((passed + ok)) $((failed + bad))" >"${COUNT:-/dev/null}"
[ $((failed + bad)) -eq 0 ]
