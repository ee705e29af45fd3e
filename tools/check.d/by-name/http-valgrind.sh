#!/usr/bin/env bash
# The same scenarios with web and vault under valgrind: ten minutes.
exec tools/valgrind.sh http
