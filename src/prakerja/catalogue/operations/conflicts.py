"""Conflicts of interest where they matter here: a listing, an assessment, and what an upheld one does (PLAT-02)."""

from collections.abc import Collection, Sequence
from uuid import UUID

from prakerja.catalogue.models import Listing
from prakerja.catalogue.operations.listings import end_listings
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.operations.conflicts import (
    ConflictDecision,
    ConflictResult,
    Encounter,
    decide_conflicts,
    screen_encounters,
)
from prakerja.partners.operations.owners import reviewer_node
from prakerja.programme.parameters import AffiliateSale
from prakerja.programme.regimes import Regime


def stopped_assessments(context: Context, institution_ids: Collection[UUID], *, regime: Regime) -> set[UUID]:
    """The institutions whose courses the actor may not assess; each conflict becomes a case. Four statements.

    Rule: PLAT-02.
    """
    wanted = sorted(set(institution_ids))
    found = screen_encounters(
        context,
        [
            Encounter(
                act="assessment",
                other_kind="reviewer",
                other_id=reviewer_node(context.actor),
                other_name=context.actor,
                institution_id=institution_id,
            )
            for institution_id in wanted
        ],
        regime=regime,
    )
    return {one for one, screening in zip(wanted, found, strict=True) if screening.stopped}


def screen_sales(context: Context, *, regime: Regime) -> int:
    """Look at every live listing and every agreement in force: a tie may be put on record after a sale began.

    Opens a case for each conflict that is new; ends nothing by itself. How many platforms and institutions meet.
    Rule: PLAT-02. Cost: five statements over the pairs of platform and institution; a daily task.
    """
    pairs = db.rows(
        """
        SELECT DISTINCT found.act, found.platform_id, p.name, found.institution_id
        FROM (
            SELECT 'listing' AS act, platform_id, institution_id
            FROM listings
            WHERE listed_until IS NULL
            UNION
            SELECT 'agreement', platform_id, institution_id
            FROM agreements
            WHERE valid_from <= %(today)s AND (valid_until IS NULL OR valid_until > %(today)s)
        ) AS found
        JOIN platforms AS p ON p.id = found.platform_id
        ORDER BY found.act, found.platform_id, found.institution_id
        """,
        {"today": context.today},
    )
    found = screen_encounters(
        context,
        [
            Encounter(
                act=act, other_kind="platform", other_id=platform_id, other_name=name, institution_id=institution_id
            )
            for act, platform_id, name, institution_id in pairs
        ],
        regime=regime,
    )
    return len({(pair[1], pair[3]) for pair, screening in zip(pairs, found, strict=True) if screening.conflicted})


def settle_conflicts(context: Context, requests: Sequence[ConflictDecision], *, regime: Regime) -> list[ConflictResult]:
    """Decide cases; where the regime forbids the sale, an upheld one takes the pair's courses off sale.

    What was sold stays. Codes: as `decide_conflicts`. Rule: PLAT-02. Cost: nine statements.
    """
    with db.transaction():
        results = decide_conflicts(context, requests)
        if regime.affiliate_sale is AffiliateSale.FORBID:
            upheld = {(one.other_id, one.institution_id) for one in results if one.state == "upheld"}
            rows = Listing.objects.filter(
                listed_until__isnull=True, institution_id__in=[institution_id for _, institution_id in upheld]
            ).order_by("id")
            end_listings(context, [one.id for one in rows if (one.platform_id, one.institution_id) in upheld])
    return results
