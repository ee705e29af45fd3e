#!/usr/bin/env bash
# Power cuts, kills under load, a full disk, failed flushes, an audit log tampered with: samples (make prove runs the rest).
exec tests/run.sh points crash
