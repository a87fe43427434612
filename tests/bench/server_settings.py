"""The site as it is measured, on the search server."""

import os

from tests.bench.settings import *  # noqa: F403

ELASTICSEARCH_URL = ELASTICSEARCH_SERVER  # noqa: F405
ELASTICSEARCH_INDEX = os.environ.get("BENCH_INDEX", "bench")
SEARCH_DB = str(BENCH_DIR / "standby.sqlite3")  # noqa: F405
