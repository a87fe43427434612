"""For the tests: fast hashing, mail in memory, the demo's helpers available, state under var/test."""

import os

from .base import *

DEMO = True
INSTALLED_APPS = ["marketplace.demo", *INSTALLED_APPS]
SECRET_KEY = "for-tests"
ALLOWED_HOSTS = ["*"]
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
TEST_DIR = VAR_DIR / "test" / WORKER
TEST_DIR.mkdir(parents=True, exist_ok=True)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = TEST_DIR / "media"
TILE_DIR = TEST_DIR / "tiles"
PUBLIC_STAMP = str(TEST_DIR / "public.stamp")
SEARCH_DB = str(TEST_DIR / "search.sqlite3")
ELASTICSEARCH_URL = ""  # tests of it take the server's address themselves
ELASTICSEARCH_INDEX = f"test-{WORKER}"
EVIDENCE_DIR = TEST_DIR / "evidence"
SANDBOX_DB = str(TEST_DIR / "sandbox.sqlite3")
HUEY = {"huey_class": "huey.MemoryHuey", "name": "tests", "immediate": False}
REDIS_URL = ""  # the workers of one run would share it
CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "default"}
STRIPE_SECRET_KEY = ""
PAYMENTS_SANDBOX = True
STRIPE_WEBHOOK_SECRET = "whsec_for_tests"
ACCOUNT_RATE_LIMITS = False
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": os.environ.get("TEST_DB")}  # a file for --reuse-db, else in memory
LOGGING["root"]["level"] = "WARNING"
SERVE_MEDIA = True
WAGTAIL_EDITING_SESSION_PING_INTERVAL = 3_600_000  # on SQLite the live server's threads share one connection
