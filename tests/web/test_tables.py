"""Django's admin is a window: every table, for whoever may read tables, and nothing that writes."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import CompositePrimaryKey, Model
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, reverse

from prakerja.access.permissions import GRANTS, Permission
from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.web.admin import shown_fields
from tests.web.nation import Nation
from tests.web.people import Cast

pytestmark = pytest.mark.django_db

READERS = [role for role in Role if Permission.READ_TABLES in GRANTS[role]]
SECRETS = ("cipher", "hash", "password", "session_key", "session_data", "redeem_code", "nik", "birth_date")


def registered() -> list[type[Model]]:
    return list(admin.site._registry)


def page_of(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_every_table_is_there_unless_its_key_is_composite() -> None:
    missing = set(apps.get_models()) - set(registered())
    assert all(isinstance(model._meta.pk, CompositePrimaryKey) for model in missing)
    assert len(registered()) > 40


def test_no_secret_is_a_column() -> None:
    shown = {f"{model._meta.db_table}.{field.column}" for model in registered() for field in shown_fields(model)}
    allowed = {name for name in shown if name.endswith(("file_sha256", "reply_sha256", ".nik_matches"))}
    assert [name for name in sorted(shown - allowed) if any(secret in name.split(".")[1] for secret in SECRETS)] == []
    assert "applicants.name" not in shown


@pytest.mark.parametrize("role", READERS)
def test_readers_see_every_list_and_change_nothing(client: Client, nation: Nation, cast: Cast, role: Role) -> None:
    client.force_login(cast.user(role))
    assert client.get(reverse("admin:index")).status_code == 200
    for model in registered():
        assert client.get(page_of(model, "changelist")).status_code == 200, model
        assert client.get(page_of(model, "add")).status_code == 403, model
        assert client.post(page_of(model, "add"), {}).status_code == 403, model


def test_a_row_is_shown_and_neither_changed_nor_deleted(client: Client, nation: Nation, cast: Cast) -> None:
    client.force_login(cast.user(Role.AUDITOR))
    from prakerja.purchases.models import Purchase

    purchase_id = nation.bought[0].purchase_id
    where = page_of(Purchase, "change", purchase_id)
    page = client.get(where).content.decode()
    assert str(purchase_id) in page
    assert nation.bought[0].redeem_code not in page
    assert '<input type="submit"' not in page
    assert client.post(where, {"price_idr": "1"}).status_code == 403
    assert client.post(page_of(Purchase, "delete", purchase_id), {"post": "yes"}).status_code == 403
    assert db.value("SELECT price_idr FROM purchases WHERE purchase_id = %s", (purchase_id,)) == 400_000


@pytest.mark.parametrize("role", [role for role in Role if role not in READERS])
def test_others_stay_outside(client: Client, cast: Cast, role: Role) -> None:
    client.force_login(cast.user(role))
    for where in (reverse("admin:index"), page_of(user_model(), "changelist")):
        # Django's site sends to its log-in, which refuses whoever is signed in already.
        assert client.get(where, follow=True).status_code == 403


def user_model() -> type[Model]:
    return apps.get_model("access", "User")


def test_strangers_are_sent_to_our_log_in(client: Client, context: Context) -> None:
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("sign_in")


def test_addresses_that_write_are_left_out() -> None:
    for name in ("password_change", "password_change_done", "autocomplete"):
        with pytest.raises(NoReverseMatch):
            reverse(f"admin:{name}")
    names = {entry.name for entry in admin.site.get_urls() if isinstance(entry, URLPattern)}
    assert "index" in names
