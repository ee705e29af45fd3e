#!/usr/bin/env bash
# Ambiguous and slow requests, downloads given up: a sample, alone, for it looks at how long others wait.
exec tests/run.sh attack
