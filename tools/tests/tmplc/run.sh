#!/bin/sh
# run.sh TMPLC CC ROOT — templates that must be refused are refused with exactly the expected sentence at the
# expected line; messages are listed; the compiler's errors point to the template.
set -u
tmplc=$(realpath "$1") cc=$2 root=$3
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# same NAME EXPECTED ACTUAL: both are files
same() {
	if diff -u "$2" "$3"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi
}

cd "$root/tools/tests/tmplc/refuse" || exit 1
for file in *.html; do
	"$tmplc" -o "$work" "$file" >"$work/actual" 2>&1
	code=$?
	[ $code -eq 1 ] || echo "exit code $code" >>"$work/actual"
	[ -e "$work/${file%.html}_html.c" ] && echo "wrote a file" >>"$work/actual"
	same "refuse/$file" "${file%.html}.expected" "$work/actual"
done

cd ../ok || exit 1
"$tmplc" --messages words.html page.html >"$work/actual" 2>&1
same messages messages.pot "$work/actual"

# A wrong member is an error of the C compiler, in the template's own line.
printf '{{ include "views.h" }}\n{{ define wrong(const struct view *v) }}\n<p>\n{{ v->absent }}</p>\n{{ end }}\n' >"$work/wrong.html"
cd "$work" && "$tmplc" wrong.html
base=$root/src/lib
LC_ALL=C $cc -fsyntax-only -D_GNU_SOURCE -I"$base/base" -I"$base/i18n" -I"$base/html" -I"$root/tools/tests/tmplc" wrong_html.c \
	2>&1 | sed -n 's/^\(wrong.html:[0-9]*\):.*error.*absent.*/\1/p' | sort -u >"$work/actual"
echo wrong.html:4 >"$work/expected"
same "error line" "$work/expected" "$work/actual"

for bad in "" "-x" "-o" "--messages"; do
	# shellcheck disable=SC2086
	"$tmplc" $bad >/dev/null 2>&1
	echo $? >>"$work/codes"
done
"$tmplc" absent.html >/dev/null 2>&1
echo $? >>"$work/codes"
printf '{{ define a() }}\377{{ end }}' >bad.html
"$tmplc" bad.html >/dev/null 2>&1
echo $? >>"$work/codes"
printf '{{ define a() }}a{{ end }}' >good.html
"$tmplc" -o "$work/absent" good.html >/dev/null 2>&1
echo $? >>"$work/codes"
printf '2\n2\n2\n2\n1\n1\n1\n' >"$work/expected"
same "exit codes" "$work/expected" "$work/codes"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
