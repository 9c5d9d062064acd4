"""What no single line of a regime file can be wrong about: values that contradict each other."""

from collections.abc import Iterable, Sequence

from prakerja.programme.parameters import SelectionStep, SocialAid
from prakerja.programme.regimes import Regime


def contradictions(stretches: Sequence[Regime]) -> list[tuple[str, dict[str, object]]]:
    """The parameters of one regime that do not go together, each once, with the reason in both languages."""
    found: dict[str, dict[str, object]] = {}
    for regime in stretches:
        for name, is_wrong, reason_id, reason_en in _checks(regime):
            if is_wrong:
                found.setdefault(name, {"reason_id": reason_id, "reason_en": reason_en})
    return list(found.items())


def _checks(regime: Regime) -> Iterable[tuple[str, bool, str, str]]:
    yield (
        "age_max",
        regime.age_max is not None and regime.age_max < regime.age_min,
        "umur paling tinggi di bawah umur paling rendah",
        "the highest age is below the lowest",
    )
    yield (
        "redeem_after_minutes",
        (regime.redeem_before_minutes is None) != (regime.redeem_after_minutes is None),
        "jendela redeem memerlukan kedua batasnya, atau none untuk keduanya",
        "a redeem window needs both of its ends, or none for both",
    )
    yield (
        "offline_closes_at",
        (regime.offline_opens_at is None) != (regime.offline_closes_at is None)
        or (
            regime.offline_opens_at is not None
            and regime.offline_closes_at is not None
            and regime.offline_closes_at <= regime.offline_opens_at
        ),
        "jam tutup harus sesudah jam buka, atau none untuk keduanya",
        "the closing time comes after the opening time, or none for both",
    )
    yield (
        "selection_order",
        regime.selection_order[0] is not SelectionStep.VERIFIED
        or regime.selection_order[-1] is not SelectionStep.RANDOM_DRAW,
        "urutan seleksi dimulai dengan verified dan diakhiri dengan random_draw",
        "the order of selection begins with verified and ends with random_draw",
    )
    yield (
        "social_aid",
        (SelectionStep.WITHOUT_SOCIAL_AID in regime.selection_order) != (regime.social_aid is SocialAid.LOWER_PRIORITY),
        "without_social_aid ada dalam urutan seleksi hanya bila social_aid adalah lower_priority",
        "without_social_aid stands in the order of selection only where social_aid is lower_priority",
    )
