#!/usr/bin/env bash
# Power cuts, kills under load, an audit log tampered with, ambiguous and slow requests: samples (make prove runs the rest).
exec tests/run.sh points crash attack
