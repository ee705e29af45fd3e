#!/usr/bin/env bash
# Kills under load, an audit log tampered with, ambiguous and slow requests: samples (make prove runs the rest).
exec tests/run.sh crash attack
