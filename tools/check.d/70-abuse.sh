#!/usr/bin/env bash
# Hostile and clumsy input at every kind of field, and nothing readable on any disk: samples (make prove runs the rest).
exec tests/run.sh abuse
