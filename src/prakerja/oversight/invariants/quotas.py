"""Places: of the regime, of the budget, of the wave."""

from prakerja.oversight.invariants.base import Invariant
from prakerja.oversight.invariants.parameters import REGIMES


class BudgetsFitTheRegime(Invariant):
    """A budget has at most the places of its regime and channel, and no more participants hold one.

    In the founding regime these are 1,500,000 digital and 500,000 regular.
    """

    name = "participants_are_within_the_quota_of_the_regime"
    rules = ("SCHEME-01",)
    explanation_id = (
        "Sebuah anggaran punya tempat paling banyak sebesar kuota skema dan jalurnya, dan tidak lebih dari itu peserta "
        "yang menempatinya. Pada skema awal: 1.500.000 digital dan 500.000 reguler."
    )
    columns = ("regime_code", "channel", "quota", "places", "participants")
    sql = f"""
        WITH quota AS (
            SELECT regime.code, channel.name AS channel, max(channel.places) AS places
            FROM {REGIMES}
            CROSS JOIN LATERAL (VALUES
                ('digital', regime.quota_digital),
                ('regular', regime.quota_regular)
            ) AS channel (name, places)
            GROUP BY regime.code, channel.name
        ), holding AS (
            SELECT budget_number, count(*) AS participants
            FROM participants
            WHERE state <> 'revoked'
            GROUP BY budget_number
        )
        SELECT b.regime_code, b.channel, quota.places, b.places, coalesce(holding.participants, 0)
        FROM budgets b
        LEFT JOIN quota ON quota.code = b.regime_code AND quota.channel = b.channel
        LEFT JOIN holding ON holding.budget_number = b.number
        WHERE quota.places IS NULL OR greatest(b.places, holding.participants) > quota.places
    """


class BudgetsAreNotOvercommitted(Invariant):
    """What the lanes have handed out and may still hand out is together at most the places of the budget."""

    name = "no_budget_hands_out_more_places_than_it_has"
    rules = ("SCHEME-01", "SELECT-02")
    explanation_id = (
        "Tempat yang sudah dan masih dapat dibagikan oleh semua lajur bersama-sama tidak melebihi tempat anggarannya."
    )
    columns = ("budget_number", "places", "places_left", "places_taken")
    sql = """
        SELECT b.number, b.places, sum(a.places_left), sum(a.places_taken)
        FROM budgets b
        JOIN quota_allotments a ON a.budget_id = b.id
        GROUP BY b.number, b.places
        HAVING sum(a.places_left + a.places_taken) > b.places OR min(a.places_left) < 0 OR min(a.places_taken) < 0
    """


class PlacesTakenAreParticipants(Invariant):
    """The places that are taken are as many as the participants that hold one: a revocation has freed its place."""

    name = "places_taken_are_the_participants_that_hold_one"
    rules = ("SCHEME-01",)
    explanation_id = (
        "Tempat yang terpakai sama banyaknya dengan peserta yang menempatinya: pencabutan mengosongkan tempatnya."
    )
    columns = ("budget_number", "places_taken", "participants")
    sql = """
        SELECT number, sum(taken), sum(holding)
        FROM (
            SELECT b.number, a.places_taken AS taken, 0 AS holding
            FROM quota_allotments a
            JOIN budgets b ON b.id = a.budget_id
            UNION ALL
            SELECT budget_number, 0, count(*)
            FROM participants
            WHERE state <> 'revoked'
            GROUP BY budget_number
        ) AS side
        GROUP BY number
        HAVING sum(taken) <> sum(holding)
    """


class WavesAreWithinTheirPlaces(Invariant):
    """A wave appoints no more people in a channel than it announced places.

    Places that a province does not fill go to the others of the channel, so the channel is what binds.
    """

    name = "no_wave_appoints_more_than_its_places"
    rules = ("SELECT-02",)
    explanation_id = (
        "Sebuah gelombang tidak menetapkan lebih banyak orang pada suatu jalur daripada tempat yang diumumkan; tempat "
        "yang tidak terisi di satu provinsi beralih ke provinsi lain pada jalur yang sama."
    )
    columns = ("wave_number", "channel", "places", "appointed")
    sql = """
        SELECT w.number, appointed.channel, coalesce(quota.places, 0), appointed.people
        FROM (
            SELECT wave_id, channel, count(*) AS people
            FROM joinings
            WHERE outcome IN ('selected', 'decreed')
            GROUP BY wave_id, channel
        ) AS appointed
        JOIN waves w ON w.id = appointed.wave_id
        LEFT JOIN (
            SELECT wave_id, channel, sum(places) AS places
            FROM wave_quotas
            GROUP BY wave_id, channel
        ) AS quota ON quota.wave_id = appointed.wave_id AND quota.channel = appointed.channel
        WHERE appointed.people > coalesce(quota.places, 0)
    """


INVARIANTS = (
    BudgetsFitTheRegime,
    BudgetsAreNotOvercommitted,
    PlacesTakenAreParticipants,
    WavesAreWithinTheirPlaces,
)
