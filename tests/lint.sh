#!/usr/bin/env bash
# Style, types, import contracts, migrations: what can be known without running the site.
set -euo pipefail
cd "$(dirname "$0")/.."
export DJANGO_SETTINGS_MODULE=marketplace.settings.test
.venv/bin/ruff check .
.venv/bin/ruff format --check -q . || { echo "run: make format"; exit 1; }
.venv/bin/lint-imports --no-logo 2>/dev/null || .venv/bin/lint-imports
.venv/bin/python manage.py check --fail-level WARNING
.venv/bin/python manage.py makemigrations --check --dry-run
.venv/bin/mypy --no-error-summary marketplace providers search payments
