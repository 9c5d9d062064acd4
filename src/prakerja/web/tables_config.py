"""Makes our site Django's admin site; stands in INSTALLED_APPS in place of `django.contrib.admin`."""

from django.contrib.admin.apps import AdminConfig


class TablesConfig(AdminConfig):
    """Django's admin with `TablesSite`."""

    default_site = "prakerja.web.tables_site.TablesSite"
