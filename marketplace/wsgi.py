"""The WSGI application that gunicorn serves.

With `--preload` it is loaded before the workers part: what the first visitor of each would wait for is shared by all.
"""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings.production")
application = get_wsgi_application()
import_module(settings.ROOT_URLCONF)  # every page

from search.words import selectors as words  # noqa: E402  Django has to be ready first

words.read_ahead()
gc.collect()
gc.freeze()  # what is shared by now stays so: the collector would write to every page of it
