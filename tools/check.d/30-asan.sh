#!/usr/bin/env bash
# The same tests under AddressSanitizer (with leaks) and UndefinedBehaviorSanitizer.
exec tools/asan.sh
