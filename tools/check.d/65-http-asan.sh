#!/usr/bin/env bash
# The same scenarios against the program built with the sanitizers.
exec tools/asan.sh http
