#!/usr/bin/env bash
# What `make test` runs, in order. Ends with pytest's closing line.
set -euo pipefail
cd "$(dirname "$0")/.."
export DJANGO_SETTINGS_MODULE=marketplace.settings.test
if [ "${FULL:-}" = 1 ]; then export PYTEST_TIMEOUT=7200; fi # seconds a test may take: whole counts take their time
if [ -z "${CHROMIUM_PATH:-}" ] && command -v chromium >/dev/null; then CHROMIUM_PATH=$(command -v chromium) && export CHROMIUM_PATH; fi
tests/lint.sh
.venv/bin/python manage.py geo_build
.venv/bin/python manage.py look_build
outcome=0 # both parts run to their end, whatever the first one says: one look shows all that is wrong
if [ -n "${DATABASE_URL:-}" ]; then # what only PostgreSQL can show; the rest runs on the embedded database below
  .venv/bin/python -m pytest -m postgresql "$@" || outcome=$?
  unset DATABASE_URL
fi
.venv/bin/python -m pytest -n "${TEST_WORKERS:-2}" --dist loadgroup -m "not postgresql" "$@" || outcome=$?
exit "$outcome"
