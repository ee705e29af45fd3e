#!/usr/bin/env bash
# kill -9 under load, the audit log changed by chance, ambiguous and slow requests: samples.
exec tests/run.sh crash attack
