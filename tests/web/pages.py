"""The pages of each role, with something on each."""

from django.urls import reverse

from prakerja.access.roles import Role
from tests.web.catalogue import catalogue_feed, catalogue_office, course_code, course_of, listing_of
from tests.web.nation import Nation
from tests.web.pages_cooperation import pages_of_the_cooperation
from tests.web.pages_learning import pages_of_the_chain


def pages_of(role: Role | None, nation: Nation) -> dict[str, str]:
    """Every page of a role with something on it, by the name of its picture; None is a stranger."""
    # First of all: the ties that other pages need would stop its listings.
    chain = pages_of_the_chain(role, nation)
    bought = nation.bought[0].purchase_id
    pages: dict[Role | None, dict[str, str]] = {
        None: {
            "home": reverse("home"),
            "figures": reverse("figures"),
            "figure": reverse("figure", args=["participants"]),
            "platforms": reverse("platforms"),
            "catalogue": reverse("catalogue"),
            "catalogue-filters": reverse("catalogue") + "?words=barista&mode=online&order=price",
            "course": reverse("course", args=[course_code(nation)]),
            "institutions": reverse("institutions"),
            "join": reverse("join_programme"),
            "conflicts": reverse("conflicts"),
            "rules": reverse("rules"),
            "draws": reverse("draws"),
            "draw": reverse("draw", args=[1]),
            "sms": reverse("sms_outbox"),
            "new-sandbox": reverse("new_sandbox"),
            "sandbox-back": reverse("sandbox_back"),
            "signed-on": reverse("sandbox_signed_on") + "?code=28K4&state=abc",
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
            "my-catalogue": reverse("my_catalogue"),
            "my-waves": reverse("my_waves"),
            "my-wave": reverse("my_wave", args=[nation.wave_id]),
            "join-wave": reverse("join_wave", args=[nation.open_wave_id]) + "?channel=digital",
            "who-looked": reverse("who_looked"),
            "forbidden": reverse("office"),
        },
        Role.PLATFORM: {
            "platform": reverse("platform"),
            "sales": reverse("platform_sales"),
            "keys": reverse("keys"),
            "listings": reverse("platform_listings"),
            "add-listings": reverse("add_listings"),
            "end-listing": reverse("end_listing", args=[listing_of(nation)]),
            "agreements": reverse("platform_agreements"),
            "statements": reverse("platform_statements"),
            "statement": reverse("platform_statement", args=[nation.run_id]),
        },
        Role.INSTITUTION: {
            "institution": reverse("institution"),
            "class": reverse("class", args=[nation.running_schedule_id]),
            "seats": reverse("change_seats", args=[nation.running_schedule_id]),
            "end-class": reverse("end_class", args=[nation.running_schedule_id]),
            "courses": reverse("own_courses"),
            "propose": reverse("propose_course"),
            "own-course": reverse("own_course", args=[course_of(nation)]),
            "price": reverse("change_price", args=[course_of(nation)]),
            "open-class": reverse("open_class", args=[course_of(nation)]),
            "feeds": reverse("feeds"),
            "upload-feed": reverse("upload_feed"),
            **catalogue_feed(nation),
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
            "matches": reverse("matches"),
            "list-totals": reverse("list_totals"),
        },
        Role.MINISTRY: {"ministry": reverse("coverage")},
        Role.APPROVER: {
            "decree": reverse("decree", args=[nation.prepared_decree_id]),
            "revocation": reverse("decree", args=[nation.revocation_id]),
            "settlement": reverse("settlement", args=[nation.run_id]),
        },
        Role.SEAL_KEEPER: {"kept-seals": reverse("kept_seals")},
        Role.AUDITOR: {
            "checks": reverse("checks"),
            "registers": reverse("registers"),
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
            "fallback": reverse("wave_fallback", args=[nation.open_wave_id]),
            "plan-fallback": reverse("plan_fallback", args=[nation.open_wave_id]),
            "seal-keepers": reverse("seal_keepers"),
            "settlements": reverse("settlements"),
            "payments": reverse("payments"),
            **catalogue_office(nation),
            "revocations": reverse("revocations"),
            "people": reverse("office_people"),
        },
    }
    return {**pages[role], **chain, **pages_of_the_cooperation(role, nation)}
