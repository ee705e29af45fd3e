#!/usr/bin/env bash
# Reads of memory never written, which the sanitizers do not see: the same tests under valgrind.
exec tools/valgrind.sh
