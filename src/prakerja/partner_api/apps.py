"""Django's registration of the partner API."""

from django.apps import AppConfig


class PartnerApiConfig(AppConfig):
    """The partner API's own tables: callbacks, presence links, sign-on codes; and a sandbox's outbox."""

    name = "prakerja.partner_api"
    label = "partner_api"
    append_only_tables = ("integration_calls",)
