"""The pages of each role, with something on each."""

from django.urls import reverse

from prakerja.access.roles import Role
from tests.web.nation import Nation


def pages_of(role: Role | None, nation: Nation) -> dict[str, str]:
    """Every page of a role with something on it, by the name of its picture; None is a stranger."""
    bought = nation.bought[0].purchase_id
    pages: dict[Role | None, dict[str, str]] = {
        None: {
            "home": reverse("home"),
            "figures": reverse("figures"),
            "figure": reverse("figure", args=["participants"]),
            "platforms": reverse("platforms"),
            "rules": reverse("rules"),
            "draws": reverse("draws"),
            "draw": reverse("draw", args=[1]),
            "sms": reverse("sms_outbox"),
            "new-sandbox": reverse("new_sandbox"),
            "sign-in": reverse("sign_in"),
            "staff-sign-in": reverse("staff_sign_in"),
            "missing": "/nowhere/",
            "english": reverse("home"),
        },
        Role.PARTICIPANT: {
            "sign-up": reverse("sign_up"),
            "me": reverse("me"),
            "purchases": reverse("my_purchases"),
            "purchase": reverse("my_purchase", args=[bought]),
            "money": reverse("my_money"),
            "my-waves": reverse("my_waves"),
            "my-wave": reverse("my_wave", args=[nation.wave_id]),
            "who-looked": reverse("who_looked"),
            "forbidden": reverse("office"),
        },
        Role.PLATFORM: {
            "platform": reverse("platform"),
            "sales": reverse("platform_sales"),
            "keys": reverse("keys"),
            "listings": reverse("platform_listings"),
            "agreements": reverse("platform_agreements"),
            "statements": reverse("platform_statements"),
            "statement": reverse("platform_statement", args=[nation.run_id]),
        },
        Role.INSTITUTION: {
            "institution": reverse("institution"),
            "class": reverse("class", args=[nation.running_schedule_id]),
            "redeem": reverse("redeem"),
            "codes": reverse("institution_sales"),
            "institution-agreements": reverse("institution_agreements"),
            "institution-statement": reverse("institution_statement", args=[nation.run_id]),
        },
        Role.LABOUR_OFFICE: {
            "desk": reverse("desk"),
            "upload": reverse("upload_worker_list"),
            "worker-list": reverse("worker_list", args=[nation.worker_list_id]),
            "coverage": reverse("coverage"),
        },
        Role.MINISTRY: {"ministry": reverse("coverage")},
        Role.APPROVER: {
            "decree": reverse("decree", args=[nation.prepared_decree_id]),
            "revocation": reverse("decree", args=[nation.revocation_id]),
            "settlement": reverse("settlement", args=[nation.run_id]),
        },
        Role.AUDITOR: {
            "checks": reverse("checks"),
            "trails": reverse("trails"),
            "trail": reverse("trail", args=[bought]),
            "accesses": reverse("page_accesses"),
            "tables": reverse("admin:index"),
            "table": reverse("admin:purchases_purchase_changelist"),
        },
        Role.PROGRAMME_OFFICE: {
            "office": reverse("office"),
            "rows": reverse("rows", args=["purchases"]),
            "waves": reverse("waves"),
            "wave": reverse("wave", args=[nation.wave_id]),
            "decrees": reverse("decrees"),
            "settlements": reverse("settlements"),
            "revocations": reverse("revocations"),
        },
    }
    return pages[role]
