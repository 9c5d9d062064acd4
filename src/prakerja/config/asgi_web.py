"""ASGI entry of the pages alone."""

import os
import warnings

from django.core.asgi import get_asgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prakerja.config.settings")

# WhiteNoise streams small files from disk; Django reads them whole under ASGI, which costs nothing worth a warning.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

application = get_asgi_application()
# Each page is made in a thread of its own: a connection kept for the next one would be left behind with the thread.
connections.settings["default"]["CONN_MAX_AGE"] = 0
