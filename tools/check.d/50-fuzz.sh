#!/usr/bin/env bash
# Every fuzz target on its kept corpus, once.
SECONDS_EACH=0 exec tools/fuzz.sh
