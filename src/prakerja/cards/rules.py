"""Pure decisions about cards."""

POSITIONS_OF_A_BATCH = 10**7
_PIN_DIGITS = 6
_RUN = "01234567890"


def card_serial_of(batch_number: int, position: int) -> int:
    """The serial behind a card's number; position counts from 1 within the batch.

    Raises:
        ValueError: more positions than a batch has.
    """
    if not 1 <= position < POSITIONS_OF_A_BATCH:
        raise ValueError(f"a batch has positions 1-{POSITIONS_OF_A_BATCH - 1}, not {position}")
    return batch_number * POSITIONS_OF_A_BATCH + position


def pin_has_six_digits(pin: str) -> bool:
    """Whether a PIN has the right form."""
    return len(pin) == _PIN_DIGITS and pin.isascii() and pin.isdigit()


def pin_is_too_easy(pin: str) -> bool:
    """One digit six times, or a run up or down: what a finder of the card tries first."""
    return len(set(pin)) == 1 or pin in _RUN or pin in _RUN[::-1]
