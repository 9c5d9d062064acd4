"""ASGI entry of the partner API alone."""

import gc
import os
from importlib import import_module

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prakerja.config.settings")
django.setup(set_prefix=False)

# Behind the set-up: the API's modules load models.
import_module("prakerja.partner_api.logs").configure()
application = import_module("prakerja.partner_api.app").app
# The first purchase need not wait until the regimes are read.
import_module("prakerja.programme.queries").get_regime_book()

# What is loaded stays for the life of the process: full collections need not walk it while calls wait.
gc.collect()
gc.freeze()
