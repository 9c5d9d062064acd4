"""Run as a program on an empty database: migrate it, make a shop, and print what a client of its platform knows."""

import json
import os
import sys
from datetime import UTC, datetime

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "prakerja.config.settings"
django.setup()


def main(people: int) -> None:
    from django.core.management import call_command

    from prakerja.config.grants import grant_rights
    from prakerja.kit.context import Context
    from prakerja.kit.ids import SeededIds
    from tests.partner_api.world import make_shop

    call_command("migrate", database="owner", interactive=False, verbosity=0)
    grant_rights(using="owner")
    context = Context("system:test", datetime(2020, 9, 1, 3, tzinfo=UTC), SeededIds("kill"))
    shop = make_shop(context, people=people, seats=people)
    known = {
        "client_code": shop.platform.client_code,
        "secret": shop.platform.secret,
        "cards": list(shop.cards),
        "institution": {"client_code": shop.institution.client_code, "secret": shop.institution.secret},
        "platform_id": str(shop.world.platform_id),
        "redeem_codes": list(shop.redeem_codes),
    }
    sys.stdout.write(json.dumps(known) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
