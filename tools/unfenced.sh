#!/usr/bin/env bash
# unfenced.sh — build-valgrind: without the fence, for valgrind, and for strace refusing calls; and without the zeros that the
# shipped build puts into every variable, which would hide what valgrind looks for.
exec "$(dirname "$0")/build.sh" build-valgrind -Dc_args=-ftrivial-auto-var-init=uninitialized -Dguard=false
