#!/usr/bin/env bash
# fresh.sh [COMMAND…] — a bare Debian 12 with nothing but git: a clone of this tree runs ./run until a page is served,
# again (seconds), and ./check to its closing line.  Wants root, mmdebstrap, this machine's apt sources, a quarter of
# an hour or more and 4 GB in $TMPDIR.  With COMMAND: runs that in the clone instead.  Not part of ./check.
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$(id -u)" -eq 0 ] || { echo "fresh.sh: as root, please (chroot)" >&2; exit 2; }
command -v mmdebstrap >/dev/null || { echo "fresh.sh: apt-get install mmdebstrap" >&2; exit 2; }

root=$(mktemp -d)
cleanup() {
	local at
	for at in dev/shm dev/pts dev proc; do umount "$root/$at" 2>/dev/null || umount -l "$root/$at" 2>/dev/null || true; done
	mountpoint -q "$root/dev" || rm -rf --one-file-system "$root"
}
trap cleanup EXIT

say() { printf '\n==== %s (%d s)\n' "$*" $SECONDS; }

say "a bare Debian 12"
sources=/etc/apt/sources.list.d/debian.sources
[ -f $sources ] || sources=/etc/apt/sources.list
apt_options=()
while read -r line; do apt_options+=("--aptopt=$line"); done < <(apt-config dump | grep -E '^Acquire::(https?|Check)[^ ]* ' || true)
mmdebstrap --quiet --mode=root --variant=apt --include=git,ca-certificates "${apt_options[@]}" bookworm "$root" $sources
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/" # those that this machine trusts
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" # packages start no services in here
chmod +x "$root/usr/sbin/policy-rc.d"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev" 2>/dev/null || mount --bind /dev "$root/dev"
mount --make-rslave "$root/dev" 2>/dev/null || true
chmod 1777 "$root/tmp"

say "a clone of this tree"
git clone --quiet --no-hardlinks "$PWD" "$root/srv/rivage"
[ -z "$(git status --porcelain)" ] || echo "note: changes that are not committed are not in the clone"

# What begins a command inside: in the clone, with nothing of this machine's environment.
inside=(chroot "$root" env -i -C /srv/rivage PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
	LANG=C.UTF-8 TERM=dumb CI=true NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt)

# served PORT: the first line of the answer to GET /sign-in
served() {
	local line
	{ exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
	printf 'GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$1" >&3
	read -r -t 5 line <&3 || true
	exec 3>&-
	echo "${line:-}"
}

# starts SECONDS: ./run until a page is served, then ended
starts() {
	local port=8731 started=$SECONDS answer='' pid
	if served $port >/dev/null; then
		echo "FAILED: something answers on port $port before ./run"
		return 1
	fi
	"${inside[@]}" ./run --no-open --port $port </dev/null &
	pid=$!
	while [ $((SECONDS - started)) -lt "$1" ] && kill -0 $pid 2>/dev/null; do
		answer=$(served $port || true)
		[[ $answer == "HTTP/1.1 200"* ]] && break
		sleep 0.2
	done
	kill -TERM $pid 2>/dev/null || true
	wait $pid || true
	if [[ $answer != "HTTP/1.1 200"* ]]; then echo "FAILED: ./run served no page in $1 s (${answer:-no answer})"; return 1; fi
	echo "a page was served after $((SECONDS - started)) s"
}

if [ $# -gt 0 ]; then
	"${inside[@]}" "$@" </dev/null
	exit
fi
say "./run, the first time"
starts 1200
say "./run, the second time"
starts 20
say "./check"
"${inside[@]}" ./check </dev/null
say "done"
