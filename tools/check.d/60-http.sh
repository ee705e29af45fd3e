#!/usr/bin/env bash
# The pages as people and others meet them: scenarios on SQLite and on PostgreSQL.
exec tests/run.sh http
