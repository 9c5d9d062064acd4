"""Run as a program on a deployment's database: make a shop in an empty one, or do in it what the office and people do.

`make PEOPLE` migrates, makes a shop and prints what its partners know, and what nobody may read in a log. `move
platform|institution STATE` moves the partner, as its page does. `agree` prints a code of single sign-on.
"""

import json
import os
import sys
from datetime import UTC, datetime
from uuid import UUID

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "prakerja.config.settings"
django.setup()

BACK, LOGIN = "https://toko.example.id/masuk?a=1", "https://toko.example.id/login"
KNOWN_PEOPLE = 5


def make(people: int) -> dict[str, object]:
    from django.core.management import call_command

    from prakerja.config.grants import grant_rights
    from prakerja.kit.context import Context
    from prakerja.kit.ids import SeededIds
    from prakerja.partner_api.callbacks import register_callbacks
    from tests.learning.rows import KK
    from tests.partner_api.world import issue_key, make_shop

    call_command("migrate", database="owner", interactive=False, verbosity=0)
    grant_rights(using="owner")
    context = Context("system:test", datetime(2020, 9, 1, 3, tzinfo=UTC), SeededIds("kill"))
    shop = make_shop(context, people=people, seats=people)
    for purpose, uri in (("sign_on", BACK), ("login", LOGIN)):
        register_callbacks(
            context, partner_id=shop.world.platform_id, partner_role="platform", purpose=purpose, uris=[uri]
        )
    sign_on = issue_key(context, "platform", shop.world.platform_id, scopes=["sign_on"])
    learning = issue_key(context, "institution", shop.world.institution_id, scopes=["learning"])
    return {
        "sign_on": {"client_code": sign_on.client_code, "secret": sign_on.secret},
        "learning": {"client_code": learning.client_code, "secret": learning.secret},
        "client_code": shop.platform.client_code,
        "secret": shop.platform.secret,
        "cards": list(shop.cards),
        "institution": {"client_code": shop.institution.client_code, "secret": shop.institution.secret},
        "platform_id": str(shop.world.platform_id),
        "institution_id": str(shop.world.institution_id),
        "redeem_codes": list(shop.redeem_codes),
        "private": [KK, *(person.nik for person in shop.world.people), *_reachable()],
    }


def _reachable() -> list[str]:
    """Give some people an e-mail address and a phone; both, as they write them."""
    from prakerja.kit import db
    from prakerja.kit.crypto import encrypt_field

    given: list[str] = []
    found = db.rows("SELECT lane, applicant_id FROM applicants ORDER BY lane, applicant_id")
    for number, (lane, applicant_id) in enumerate(found):
        email, phone = f"siti.rahayu.{number}@contoh.example", f"0812{77_000_000 + number}"
        db.execute(
            "UPDATE applicants SET email_cipher = %s, phone_cipher = %s WHERE lane = %s AND applicant_id = %s",
            (
                encrypt_field(email, table="applicants", column="email_cipher", row_id=applicant_id),
                encrypt_field(phone, table="applicants", column="phone_cipher", row_id=applicant_id),
                lane,
                applicant_id,
            ),
        )
        given += [email, phone]
    return given


def move(role: str, state: str) -> dict[str, object]:
    from prakerja.partner_api.calls import now
    from prakerja.partners.models import Institution, Platform
    from prakerja.partners.operations import InstitutionMove, PlatformMove, move_institutions, move_platforms
    from prakerja.partners.states import InstitutionState, PlatformState
    from prakerja.programme.queries import get_regime_book

    context = now().context
    if role == "platform":
        step = PlatformMove(platform_id=Platform.objects.get().pk, state=PlatformState(state))
        code = str(move_platforms(context, [step], regime=get_regime_book().on(context.today))[0].code)
    else:
        institution_id = Institution.objects.get().pk
        request = InstitutionMove(institution_id=institution_id, state=InstitutionState(state), reason="uji")
        code = str(move_institutions(context, [request])[0].code)
    return {"code": code}


def agree() -> dict[str, object]:
    from prakerja.kit import db
    from prakerja.partner_api.calls import now
    from prakerja.partner_api.sign_on import agree as agreed

    moment = now()
    found = db.row("SELECT lane, applicant_id FROM applicants ORDER BY lane, applicant_id LIMIT 1")
    assert found is not None
    code = agreed(
        moment.context,
        lane=found[0],
        applicant_id=found[1],
        partner_id=UUID(str(db.value("SELECT id FROM platforms"))),
        redirect_uri=BACK,
        scope="name email prakerjaid notelp",
        machine_now=moment.machine_now,
    )
    return {"code": code}


def main(what: str, *arguments: str) -> None:
    done = {"make": lambda: make(int(arguments[0])), "move": lambda: move(*arguments), "agree": agree}[what]()
    sys.stdout.write(json.dumps(done) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
