#!/bin/sh
# messages.sh — brings locale/*.po up to date with the messages of the templates and of the C sources (update), or only
# says what is missing, wrong or not marked (check, which then fails; see messages.py).
# Usage: tools/messages.sh [update|check], from anywhere; wants BUILD/tools/tmplc (BUILD: build).
set -eu
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8
what=${1:-check}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

find src -name '*.html' | sort | xargs "${BUILD:-build}/tools/tmplc" --messages > "$work/templates.pot"
find src \( -name '*.c' -o -name '*.h' \) ! -name '*_test.c' | sort | xargs xgettext --from-code=UTF-8 -L C -o "$work/c.pot" \
	--keyword --keyword=N_ --keyword=tr:2 --keyword=tr_n:2,3 --keyword=sentence_n:2,3 --keyword=FAIL:3 --keyword=err_field:4 \
	--keyword=lacks:2 --keyword=ROW:2 --keyword=COST_ROW:3 2>"$work/warnings"
# “15 % of” is no printf directive: placeholders are {named}, and checked by messages.py.
sed -i -e 's/charset=CHARSET/charset=UTF-8/' -e '/^#, c-format$/d' "$work/c.pot"
msgcat --use-first --sort-output --no-location "$work/templates.pot" "$work/c.pot" -o "$work/all.pot"

mkdir "$work/new"
for po in locale/*.po; do
	msgmerge --quiet --no-wrap --no-fuzzy-matching --no-location --sort-output "$po" "$work/all.pot" -o "$work/merged.po"
	msgattrib --no-obsolete --no-wrap --sort-output "$work/merged.po" -o "$work/new/${po#locale/}"
	[ "$what" != update ] || cp "$work/new/${po#locale/}" "$po"
done
python3 tools/messages.py "$work/all.pot" "$work"/new/*.po && exit 0
[ "$what" = update ] || exit 1
echo "The catalogues are up to date; what is listed above is still to be translated or mended in locale/."
