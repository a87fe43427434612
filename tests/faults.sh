#!/usr/bin/env bash
# What `make faults` runs: every test that shows a fault or attack row, and only those. Writes var/faults.json.
set -euo pipefail
cd "$(dirname "$0")/.."
export DJANGO_SETTINGS_MODULE=marketplace.settings.test
if [ "${FULL:-}" = 1 ]; then export PYTEST_TIMEOUT=7200; fi # seconds a test may take: whole counts take their time
if [ -z "${CHROMIUM_PATH:-}" ] && command -v chromium >/dev/null; then CHROMIUM_PATH=$(command -v chromium) && export CHROMIUM_PATH; fi
.venv/bin/python manage.py geo_build
.venv/bin/python manage.py look_build
rm -f var/faults.json
outcome=0
.venv/bin/python -m pytest -n "${TEST_WORKERS:-2}" --dist loadgroup -m fault --faults-json var/faults.json "$@" || outcome=$?
cat var/faults.json
exit "$outcome"
