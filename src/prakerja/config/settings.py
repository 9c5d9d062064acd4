"""Django's settings, all of them derived from `kit.settings` and the rooms that are there."""

from pathlib import Path
from urllib.parse import urlsplit

from prakerja.config.databases import databases
from prakerja.config.rooms import installed_rooms, module_exists
from prakerja.kit.settings import get_settings

_settings = get_settings()
_secure = urlsplit(_settings.base_url).scheme == "https"
_production = _settings.deployment == "production"
PACKAGE = Path(__file__).resolve().parent.parent

DEBUG = False
SECRET_KEY = _settings.secret_key.get_secret_value()
ALLOWED_HOSTS = _settings.hosts
CSRF_TRUSTED_ORIGINS = [_settings.base_url] if _secure else []
ROOT_URLCONF = "prakerja.config.urls"
ASGI_APPLICATION = "prakerja.config.asgi_web.application"

INSTALLED_APPS = [
    "prakerja.web.tables_config.TablesConfig",  # Django's admin, read-only
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",  # the queue of what clocks start, config/queue.py
    *installed_rooms(),
]
AUTH_USER_MODEL = "access.User"
LOGIN_URL = "sign_in"
SIGN_UP_URL = "sign_up"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "prakerja.config.middleware.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # The web may add its own behind all others; a name of a module that is there.
    *(["prakerja.web.middleware.web"] if module_exists("prakerja.web.middleware") else []),
]

_context_processors = [
    "django.template.context_processors.request",
    "django.template.context_processors.i18n",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
if module_exists("prakerja.web.context_processors"):
    _context_processors.append("prakerja.web.context_processors.web")

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": _context_processors},
    },
]

DATABASES = databases(_settings)
DATABASE_ROUTERS: list[str] = []

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"

STATIC_URL = "static/"
STATICFILES_DIRS = [path for path in [PACKAGE / "web" / "static"] if path.is_dir()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Serves files from the packages themselves: one process, no collection step; a proxy may serve them in production.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _secure
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = _secure
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if _production and _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _production and _secure
SECURE_SSL_REDIRECT = _production and _secure
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _production else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Errors go to standard error, where the process manager keeps them; nothing is mailed.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "prakerja.kit.log_lines.PlainLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django.server": {"level": "WARNING"}},
}

# The worker loads its tasks from here; nobody else needs them.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = ["prakerja.config.queue"]
