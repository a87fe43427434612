"""The WSGI application that gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings.production")
application = get_wsgi_application()

from search.words.spelling import english  # noqa: E402  Django has to be ready first

english()  # read before the workers part, so that they share it
gc.collect()
gc.freeze()  # what is shared by now stays so: the collector would write to every page of it
