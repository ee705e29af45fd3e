#!/usr/bin/env bash
# The rules of the house that a compiler does not know.
exec tools/lint.sh
