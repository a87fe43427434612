#!/usr/bin/env bash
# Measure on PostgreSQL and Elasticsearch: the server DATABASE_URL names, or our own, in a database of its own.
#   run.sh                    every row
#   run.sh server [ROWS...]   those of the search server: rebuilding (before pages), pages, suggesting, engines
set -euo pipefail
missed=0 # the other rows are measured all the same
cd "$(dirname "$0")/../.."
if [ -z "${DATABASE_URL:-}" ]; then eval "$(tests/services/services start postgresql)"; fi
if [ -z "${ELASTICSEARCH_URL:-}" ]; then eval "$(tests/services/services start elasticsearch)"; fi
server=${DATABASE_URL%/*}
psql "$server/postgres" -qc 'drop database if exists bench with (force)' -c 'create database bench' 2>/dev/null
export DATABASE_URL=$server/bench DJANGO_SETTINGS_MODULE=tests.bench.settings
.venv/bin/python manage.py geo_build >&2
.venv/bin/python manage.py look_build >&2
if [ "${1:-}" != server ]; then
  .venv/bin/python tests/bench/run.py
  .venv/bin/python -m tests.bench.money || missed=1
  .venv/bin/python -m tests.bench.pools || missed=1
fi
DJANGO_SETTINGS_MODULE=tests.bench.server_settings .venv/bin/python -m tests.bench.server "${@:2}" || missed=1
exit "$missed"
