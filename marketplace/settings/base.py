"""What every way of running the site has in common."""

from django.utils.translation import gettext_lazy as _

from .env import BASE_DIR, VAR_DIR, env, secret

PRODUCT_NAME = env.str("PRODUCT_NAME", default="Hereabouts")
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")

WAGTAIL_SITE_NAME = PRODUCT_NAME
WAGTAILADMIN_BASE_URL = SITE_URL
DEMO = False

SECRET_KEY = secret("SECRET_KEY", default="only-for-development-and-tests")
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "search",
    "payments.pools",
    "payments.arrangements",
    "payments.orders",
    "payments.budgets",
    "payments.ledger",
    "payments.gateway",
    "payments.sandbox",
    "providers.assurance",
    "providers.listings",
    "marketplace.cms",
    "marketplace.people",
    "marketplace.core",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "wagtailnhsukfrontend",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_htmx",
    "leaflet",
    "huey.contrib.djhuey",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "whitenoise.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "marketplace.cms.middleware.AdminFrameMiddleware",
    "marketplace.core.middleware.PrivatePagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "marketplace.people.middleware.ActorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "marketplace.people.middleware.SecondFactorMiddleware",
    "marketplace.cms.middleware.AdminDoorMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "marketplace.urls"
WSGI_APPLICATION = "marketplace.wsgi.application"
FORM_RENDERER = "marketplace.core.look.drawing.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {"i18n": "marketplace.core.templatetags.phrases"},
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "marketplace.cms.context_processors.frame",
            ],
        },
    },
]

# `i18n` is two libraries on purpose: Django's, and ours in its place.
SILENCED_SYSTEM_CHECKS = ["templates.W003"]

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # One writer at a time: take the write lock at BEGIN, and wait for it instead of failing.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        transaction_mode="IMMEDIATE",
        timeout=20,
        init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
    )
else:
    DATABASES["default"].update(CONN_MAX_AGE=600, CONN_HEALTH_CHECKS=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "default"}
    ),
    # Wagtail looks these up many times a page: memory of the process, never the network.
    "renditions": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "renditions"},
}
HUEY = {
    "huey_class": "huey.RedisHuey" if REDIS_URL else "huey.SqliteHuey",
    "name": "hereabouts",
    "immediate": False,
    **({"url": REDIS_URL} if REDIS_URL else {"filename": str(VAR_DIR / "huey.sqlite3")}),
    # Without Redis an idle worker asks the queue so often, in seconds, not every ten as huey would have it.
    "consumer": {"workers": 1, "worker_type": "thread", "max_delay": 0.5},
}

# People and signing in
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "marketplace.people.forms.SignUpDetails"
ACCOUNT_FORMS = {"signup": "marketplace.people.forms.signing.SignUpForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {"concern": "10/h/ip"}  # beside allauth's own; asked by providers.assurance.views.concern
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_ADAPTER = "marketplace.people.adapters.AccountAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = PRODUCT_NAME
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "marketplace.core.views.csrf_failure"

# Words and time
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English")), ("cy", _("Welsh"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
WAGTAIL_I18N_ENABLED = False
# A stray key that saves itself would make a curator the author of a listing, and nobody approves their own words.
WAGTAIL_AUTOSAVE_INTERVAL = 0

# Files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
LOOK_BUILD_DIR = VAR_DIR / "look"
LOOK_BUILD_DIR.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [LOOK_BUILD_DIR]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
SERVE_MEDIA = False  # a real deployment serves these from its web server or object store
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024  # a form answers a pasted book itself, with words at the field
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
GEO_DB = env.str("GEO_DB", default=str(VAR_DIR / "geo" / "geo.sqlite3"))
TILE_DIR = VAR_DIR / "tiles"
PUBLIC_STAMP = str(VAR_DIR / "public.stamp")

# Pictures: what phones make comes in; nothing but clean JPEG goes out (see providers.listings.photos)
WAGTAILIMAGES_IMAGE_MODEL = "cms.Photo"
WAGTAILIMAGES_IMAGE_FORM_BASE = "providers.listings.forms.CleanPhotoForm"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "avif", "heic"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 15 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 60_000_000

# E-mail
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"{PRODUCT_NAME} <hello@hereabouts.example>")
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = VAR_DIR / "mail"

# Search and payments: embedded unless the environment names a server
ELASTICSEARCH_URL = env.str("ELASTICSEARCH_URL", default="")  # several nodes with commas between
ELASTICSEARCH_API_KEY = secret("ELASTICSEARCH_API_KEY")
ELASTICSEARCH_USER = env.str("ELASTICSEARCH_USER", default="")
ELASTICSEARCH_PASSWORD = secret("ELASTICSEARCH_PASSWORD")
ELASTICSEARCH_CA = env.str("ELASTICSEARCH_CA", default="")
ELASTICSEARCH_INDEX = env.str("ELASTICSEARCH_INDEX", default="hereabouts")
ELASTICSEARCH_SHARDS = env.int("ELASTICSEARCH_SHARDS", default=1)
ELASTICSEARCH_REPLICAS = env.int("ELASTICSEARCH_REPLICAS", default=0)
SEARCH_DB = env.str("SEARCH_DB", default=str(VAR_DIR / "search.sqlite3"))
STRIPE_SECRET_KEY = secret("STRIPE_SECRET_KEY")
STRIPE_WEBHOOK_SECRET = secret("STRIPE_WEBHOOK_SECRET")
STRIPE_CLIENT_ID = env.str("STRIPE_CLIENT_ID", default="")  # only for providers who left and come back
PAYMENTS_SANDBOX = not STRIPE_SECRET_KEY
PAYMENTS_LIVE = False
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="")  # another address than Stripe's own, for rehearsals
SANDBOX_ALLOWED = env.bool("SANDBOX_ALLOWED", default=False)  # practice payments under production settings
SANDBOX_FAULT = None  # tests make the practice server fail: (method, path) -> see payments.sandbox.transport
SANDBOX_DB = env.str("SANDBOX_DB", default=str(VAR_DIR / "sandbox.sqlite3"))

# Receipts and invoices of budgets: encrypted, under random names, outside everything that is served
EVIDENCE_DIR = VAR_DIR / "evidence"
EVIDENCE_KEYS = [key for key in secret("EVIDENCE_KEYS").split(",") if key]  # newest first; Fernet keys

# Headers
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/admin/"],  # it writes inline styles: see marketplace.cms.middleware
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'", "https://checkout.stripe.com", "https://connect.stripe.com"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    },
}
LEAFLET_CONFIG = {"NO_GLOBALS": True, "RESET_VIEW": False}

WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "marketplace.cms.approval.publish_approved"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "marketplace.cms.adminsearch"}}
WAGTAILADMIN_COMMENTS_ENABLED = True
WAGTAIL_MODERATION_ENABLED = True
WAGTAIL_GRAVATAR_PROVIDER_URL = None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
        "stripe": {"level": "WARNING"},
        "elastic_transport": {"level": "ERROR"},  # search.backends says what is wrong, once
        "django_tasks": {"level": "WARNING"},
    },
}
