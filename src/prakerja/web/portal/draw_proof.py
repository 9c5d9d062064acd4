"""A person's place in a draw with its proof, in words and hashes: for the result page and for the public one."""

from dataclasses import dataclass

from prakerja.selection import queries
from prakerja.selection.queries import DrawView


@dataclass(frozen=True, slots=True)
class DrawProof:
    """A row of the list, the hashes that lead from it to the committed root, and the rank once it is drawn."""

    row: str
    token: str
    channel: str
    province_code: str
    priority_class: int
    steps: tuple[tuple[str, str], ...]
    root: str
    rank: int | None
    is_selected: bool
    # Of the own household before the draw (ELIG-07).
    recipients: int


def proof_of(draw: DrawView, token: bytes) -> DrawProof | None:
    """The proof of a token in a draw, or None when it does not stand on the list. Three queries at most."""
    found = queries.find_list_place(draw.wave_id, token)
    if found is None:
        return None
    return DrawProof(
        row=found.entry.row.decode(),
        token=token.hex(),
        channel=found.entry.channel,
        province_code=found.entry.province_code,
        priority_class=found.entry.priority_class,
        steps=tuple((side, neighbour.hex()) for side, neighbour in found.proof),
        root=draw.list_root.hex(),
        rank=found.rank,
        is_selected=found.is_selected,
        recipients=found.entry.household_recipients,
    )
