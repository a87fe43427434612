#!/usr/bin/env bash
# What `make test` runs, in order. Ends with pytest's closing line.
set -euo pipefail
cd "$(dirname "$0")/.."
source tests/environment.sh
tests/lint.sh
.venv/bin/python manage.py geo_build
.venv/bin/python manage.py look_build
outcome=0 # both parts run to their end, whatever the first one says: one look shows all that is wrong
rest="not postgresql"
if [ -n "${DATABASE_URL:-}" ]; then
  # What only PostgreSQL can show, and rows that it shows as well: whole with FULL=1, otherwise a hundredth beside a tenth.
  part=100
  if [ "${FULL:-}" = 1 ]; then part=1 rest="not postgresql and not both_databases"; fi
  FAULT_SHARE=$part .venv/bin/python -m pytest -n "${TEST_WORKERS:-2}" --dist loadgroup -m "postgresql or both_databases" "$@" || outcome=$?
  unset DATABASE_URL # the rest runs on the embedded database
fi
.venv/bin/python -m pytest -n "${TEST_WORKERS:-2}" --dist loadgroup -m "$rest" "$@" || outcome=$?
exit "$outcome"
