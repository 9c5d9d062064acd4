"""The counter: a card pays for a schedule, and the participant gets a redeem code.

Words: *otp* (a code sent for one purchase of a digital card on a platform), *payment token* (names that code to the
platform), *purchase*, *redeem code*, *redemption* (the institution commits the code). A regular card pays at the
counter of an institution with its PIN. States of a purchase: paid → redeemed → completed | not_completed;
paid → voided; paid, redeemed, not_completed → expired.
"""
