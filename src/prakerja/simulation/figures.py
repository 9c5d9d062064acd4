"""Ratios and weights of the real programme, to scale a small nation by.

Source: public record of 2020: the funnel up to 30 October, the first 106,912 purchases by platform, the waves, the
press figures on prices, and the survey figures on people. Basis points (bp) are of the step before.
"""

from typing import Final

EMAIL_VERIFIED_BP: Final = 6_500
"""26 of 40 million."""
IDENTITY_VERIFIED_BP: Final = 7_692
"""20 of 26 million."""
PHONE_VERIFIED_BP: Final = 9_000
"""18 of 20 million."""
ACCEPTED_OF_SIGNED_UP_BP: Final = 1_400
"""5.6 of 40 million: what the waves' quotas add up to."""
BOUGHT_BP: Final = 9_300
"""5.2 of 5.6 million bought a course before the deadline; the others are revoked."""
COMPLETED_BP: Final = 9_500
"""4.94 of 5.2 million."""
SECOND_PURCHASE_BP: Final = 7_400
"""855,000 transactions by 501,000 buyers are 7,066; some want a second one and find none that the balance can pay."""
REVIEWED_BP: Final = 9_400
ACCOUNT_LINKED_BP: Final = 9_600
VOIDED_BP: Final = 150
REGULAR_CARD_BP: Final = 2_500
"""500,000 of 2,000,000 cards."""
ON_WORKER_LIST_BP: Final = 700
"""2.8 of 40 million."""
LISTED_WHO_SIGN_UP_BP: Final = 5_500

ASSISTED_BP: Final = 100
"""Invented, as the following: no record says how many came to a labour office, lost a card, forgot a PIN, appealed."""
CARD_LOST_BP: Final = 150
PIN_FORGOTTEN_BP: Final = 300
APPEALS_BP: Final = 600
STUDIES_UNSEEN_BP: Final = 130
"""54,856 pupils and students got through because a register was not asked: about one in a hundred recipients."""

WAVE_WEIGHTS: Final = (168_111, 288_154, 224_653, 800_000, 800_000, 800_000)
"""Participants of waves 1 to 6."""

PLATFORM_WEIGHTS: Final = {
    "skillacademy": 62_184,
    "sisnaker": 11_169,
    "bukalapak": 8_466,
    "pintaria": 6_529,
    "tokopedia": 6_356,
    "sekolahmu": 6_337,
    "pijar": 3_206,
    "maubelajarapa": 2_665,
}

MEAN_PRICE_IDR: Final = 384_000

PRICES_IDR: Final = (
    (24_000, 4),
    (100_000, 12),
    (175_000, 14),
    (250_000, 16),
    (330_000, 14),
    (450_000, 14),
    (550_000, 10),
    (650_000, 6),
    (750_000, 5),
    (850_000, 3),
    (1_000_000, 2),
)
"""Prices of courses, and weights: between Rp24,000 and Rp1,000,000."""

WISHED_PRICES_IDR: Final = (
    (24_000, 2),
    (100_000, 6),
    (175_000, 11),
    (250_000, 15),
    (330_000, 14),
    (450_000, 16),
    (550_000, 13),
    (650_000, 8),
    (750_000, 8),
    (850_000, 5),
    (1_000_000, 2),
)
"""What people look for, and weights. The balance bounds a second course, so that a mean of Rp384,000 is paid."""

WOMEN_BP: Final = 5_000
AGED_18_TO_35_BP: Final = 7_400
SECONDARY_SCHOOL_BP: Final = 8_700
NOT_WORKING_BP: Final = 8_800
SOCIAL_AID_BP: Final = 1_500
IN_SCHOOL_BP: Final = 300
UNDER_AGE_BP: Final = 150
STATE_EMPLOYEE_BP: Final = 120
