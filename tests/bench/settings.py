"""The site as it is measured: PostgreSQL, no debugging, every state file under var/bench."""

from marketplace.settings.demo import *  # noqa: F403

DEMO = False
BENCH_DIR = VAR_DIR / "bench"  # noqa: F405
BENCH_DIR.mkdir(exist_ok=True)
DATABASES["default"].update(CONN_MAX_AGE=600)  # noqa: F405
SEARCH_DB = str(BENCH_DIR / "search.sqlite3")
SANDBOX_DB = str(BENCH_DIR / "sandbox.sqlite3")
PUBLIC_STAMP = str(BENCH_DIR / "public.stamp")
HUEY = {"huey_class": "huey.MemoryHuey", "name": "bench", "immediate": False}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
LOGGING["root"]["level"] = "ERROR"  # noqa: F405
ELASTICSEARCH_SERVER, ELASTICSEARCH_URL = ELASTICSEARCH_URL, ""  # noqa: F405  see server_settings
