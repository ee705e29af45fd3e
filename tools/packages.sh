#!/usr/bin/env bash
# packages.sh build|test|bench|scan|coverage… — the Debian packages Rivage needs, in one place: says which are missing and why, and
# installs them.  Does nothing, quickly, when nothing is missing.
set -euo pipefail

# set   package             what it is for
table='
build   gcc                 compiler
build   libc6-dev           C library
build   make                the front door of the build
build   meson               the build
build   ninja-build         the build
build   pkg-config          finding the libraries below
build   gettext             French and Arabic catalogues
build   libseccomp-dev      filters of system calls
build   libsodium-dev       sealing, keys, passwords
build   libsqlite3-dev      the embedded database
build   libpq-dev           the database of larger installations
build   libjansson-dev      reading JSON
build   libicu-dev          dates, names of countries and languages
build   libmicrohttpd-dev   HTTP and TLS
build   libgnutls28-dev     TLS
build   liboath-dev         codes of the second factor
build   libfido2-dev        what security keys sign
build   libqrencode-dev     QR codes
build   libzxcvbn-dev       how hard a password is to guess
build   libcairo2-dev       PDF
build   libpango1.0-dev     PDF in every script
build   libdeflate-dev      compressed pages
build   zlib1g-dev          compressed scripts and styles
build   libcmocka-dev       unit tests
build   fonts-noto-core     letters of Arabic and other scripts, in PDF
test    clang-14            second compiler, fuzzing
test    libclang-rt-14-dev  fuzzing and sanitizers
test    xz-utils            inputs that fuzzing came upon
test    clang-format        layout of the source
test    clang-tidy          static analysis
test    shellcheck          static analysis of the scripts
test    strace              calls that fail on purpose
test    python3             counting results
test    valgrind            use of memory
test    poppler-utils       reading the PDF again
test    postgresql-15       tests of the second database
test    chromium            tests in a browser
test    nodejs              tests in a browser
test    npm                 tests in a browser
test    default-jre-headless  checking the HTML of every page
bench   wrk                 load for make bench
scan    wapiti              scanner of pages, for make prove
scan    sqlmap              scanner of SQL injection
scan    slowhttptest        slow clients by the thousand
scan    testssl.sh          scanner of TLS
scan    openssl             authority of one test
coverage lcov               counting the lines that tests run
test    util-linux          running browser and database without privileges
'

die() { printf '%s\n' "$*" >&2; exit 1; }

[ $# -gt 0 ] || die "usage: packages.sh build|test|bench|scan|coverage…"

declare -A installed
while read -r name status; do
	[ "$status" = installed ] && installed[$name]=1
done < <(dpkg-query -W -f='${Package} ${db:Status-Status}\n' 2>/dev/null || true)

missing=()
for set in "$@"; do
	while read -r of package reason; do
		if [ "$of" != "$set" ] || [ -n "${installed[$package]:-}" ]; then continue; fi
		# Node.js packages from elsewhere bring npm with them.
		[ "$package" = npm ] && command -v npm >/dev/null && continue
		[ ${#missing[@]} -gt 0 ] || echo "Missing Debian packages:" >&2
		printf '  %-22s %s\n' "$package" "$reason" >&2
		missing+=("$package")
	done <<<"$table"
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || die "Neither root nor sudo is here to install them. As root, say:" \
		$'\n'"  apt-get install --no-install-recommends ${missing[*]}"
	as_root=(sudo)
	# With nobody to type a password, sudo must not ask for one.
	[ -t 0 ] || as_root+=(-n)
fi

echo "Installing them with apt-get." >&2
quiet=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${as_root[@]}" "${quiet[@]}" update &&
	"${as_root[@]}" "${quiet[@]}" install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
	tail -20 "$log" >&2
	die "apt-get could not install them (above: its last words). As root, say:" \
		$'\n'"  apt-get update && apt-get install --no-install-recommends ${missing[*]}"
fi
