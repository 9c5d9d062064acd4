"""Cards and what happens to them: issue, custody of physical cards, deadlines, revocation, the yearly sweep.

Words: a *digital* card is active at once; a *regular* card is physical: printed → shipped → handed_over (against a
receipt) → active (with a PIN) → lost | blocked → replaced | withdrawn. A card's number is a keyed permutation of its
serial: batch number × 10^7 + position. A *revocation* takes a participant's whole package back by decree (CARD-01).
"""
