#!/usr/bin/env bash
# Backup, erasure, restore: five runs (make prove runs two hundred).
exec tests/run.sh backup
