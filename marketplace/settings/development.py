"""For one developer's machine."""

from .base import *

DEBUG = True
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
STRIPE_WEBHOOK_SECRET = STRIPE_WEBHOOK_SECRET or "whsec_practice"
SERVE_MEDIA = True
