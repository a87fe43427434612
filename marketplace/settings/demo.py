"""The seeded site that `make demo` serves: everything embedded, "sign in as" switched on, no keys."""

from .base import *

DEMO = True
INSTALLED_APPS = ["marketplace.demo", *INSTALLED_APPS]
DEBUG = False
SECRET_KEY = secret("SECRET_KEY", default="demo-only-never-for-real-people")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
if not STRIPE_WEBHOOK_SECRET and PAYMENTS_SANDBOX:
    STRIPE_WEBHOOK_SECRET = "whsec_practice"
SERVE_MEDIA = True
MFA_TOTP_TOLERANCE = 3  # steps of 30 seconds, so that the page can show a code that nobody has used
