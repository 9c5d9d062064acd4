"""What no log may hold, looked for in everything that a deployment wrote."""

import json
import re
from typing import Any

from tests.partner_api.processes import Deployment

PRIVATE = (
    "SELECT number FROM cards",
    "SELECT redeem_code FROM purchases",
    "SELECT transaction_code FROM purchases",
    "SELECT invoice_code FROM purchases",
    "SELECT name FROM applicants",
    "SELECT left(text, 6) FROM sandbox_messages",
    "SELECT state_text FROM presence_links",
    "SELECT file_address FROM tasks",
    "SELECT feedback_notes FROM tasks WHERE feedback_notes IS NOT NULL",
)


def answered_lines(deployment: Deployment) -> list[dict[str, Any]]:
    """The lines of answers, as they were written."""
    return [json.loads(line) for line in deployment.logs().splitlines() if '"answered"' in line]


def _secrets(deployment: Deployment) -> list[str]:
    return [deployment.known[name]["secret"] for name in ("institution", "sign_on", "learning")]


def found_in_logs(deployment: Deployment, *more: str) -> list[str]:
    """Cards, names, codes, OTPs, NIK, phones, addresses, keys, `more`: what the logs of API and database hold of them.

    Six digits of an OTP may stand inside longer numbers, such as a moment's microseconds: digits count as whole words.
    """
    text = deployment.logs() + deployment.logs_of_the_database()
    private = {str(value) for statement in PRIVATE for (value,) in deployment.rows(statement)}
    private |= {*deployment.known["private"], deployment.known["secret"], *_secrets(deployment)}
    # What a database says about a row that it refuses.
    private |= {*more, "Failing row"}
    words = set(re.split(r"[^A-Za-z0-9-]+", text))
    return sorted(one for one in private if (one in words if one.isdigit() else one in text))
