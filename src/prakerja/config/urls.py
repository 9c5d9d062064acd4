"""The addresses of the pages: the web's own, and the read-only admin."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("prakerja.web.urls")),
]
