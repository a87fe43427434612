# Sourced, at the root: what a run of tests finds around it.
export DJANGO_SETTINGS_MODULE=marketplace.settings.test
# Every process that is started, by tests too, finds Django compiled, whatever the environment says about keeping bytecode.
export PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX=$PWD/var/bytecode
if [ -z "${CHROMIUM_PATH:-}" ] && CHROMIUM_PATH=$(command -v chromium-headless-shell || command -v chromium); then export CHROMIUM_PATH; fi
# Whole counts start the servers they were given no address of, so that no row is skipped.
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
