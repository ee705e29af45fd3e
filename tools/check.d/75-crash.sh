#!/usr/bin/env bash
# Twenty kills under load, and an audit log tampered with in five hundred ways: fixed samples.
set -euo pipefail
tools/build.sh build-check --werror
BUILD=build-check exec tools/counted.sh python3 tests/crash/kill.py -- python3 tests/crash/audit_tamper.py
