#!/usr/bin/env bash
# What `make faults` runs: every test that shows a fault or attack row, and only those. Writes var/faults.json.
# Ends badly when a row of the table found nothing to run; with arguments for pytest, it is taken for a part of the table.
set -euo pipefail
cd "$(dirname "$0")/.."
source tests/environment.sh
.venv/bin/python manage.py geo_build
.venv/bin/python manage.py look_build
rm -f var/faults.json
[ $# -gt 0 ] || set -- --faults-expected
outcome=0
.venv/bin/python -m pytest -n "${TEST_WORKERS:-2}" --dist loadgroup -m fault --faults-json var/faults.json "$@" || outcome=$?
cat var/faults.json
exit "$outcome"
