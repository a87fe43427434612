# Sourced: what a run of whole counts needs. It starts the servers it was given no address of, so that no row is skipped.
if [ "${FULL:-}" = 1 ]; then
  export PYTEST_TIMEOUT=7200 REQUIRE_SERVICES="${REQUIRE_SERVICES:-1}" # seconds a test may take: whole counts take their time
  missing=()
  [ -n "${DATABASE_URL:-}" ] || missing+=(postgresql)
  [ -n "${ELASTICSEARCH_URL:-}" ] || missing+=(elasticsearch)
  [ -n "${STRIPE_MOCK_URL:-}" ] || missing+=(stripe)
  [ -n "${CHROMIUM_PATH:-}" ] || missing+=(chromium)
  if [ ${#missing[@]} -gt 0 ]; then
    servers=$(tests/services/services start "${missing[@]}")
    eval "$servers"
  fi
fi
