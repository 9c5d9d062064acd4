#!/usr/bin/env python3
"""Run the clients of docs/examples against a sandbox: `run.py SANDBOX.json [language …]`.

SANDBOX.json holds the last line of `prakerja sandbox new --json`. A language that is not installed is left out.
OTP_COMMAND may hold `{card}`; without it the OTP is read by `./run sandbox otp`.
"""

# ruff: noqa: D103, S603, T201 - a script that stands alone

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
COMMANDS = {
    "python": [sys.executable, "client.py"],
    "node": ["node", "client.js"],
    "php": ["php", "client.php"],
    "ruby": ["ruby", "client.rb"],
    "go": ["go", "run", "client.go"],
    "java": ["java", "Client.java"],
}
ROOT = HERE.parent.parent
OTP = f"{ROOT}/run sandbox otp {{card}} | cut -c26-31"


def main(path: str, languages: list[str]) -> int:
    world = json.loads(Path(path).read_text().strip().splitlines()[-1])
    course = next(one for one in world["courses"][1:] if one["mode"] == "online")
    failed = 0
    for place, (name, command) in enumerate(COMMANDS.items()):
        if languages and name not in languages:
            continue
        if shutil.which(command[0]) is None:
            print(f"{name}: not installed here, left out")
            continue
        card = world["cards"]["digital"][place]
        known = {
            "BASE_URL": world["base_url"],
            "CLIENT_CODE": world["platform"]["client_code"],
            "KEY": world["platform"]["key"],
            "COURSE_CODE": course["course_code"],
            "SCHEDULE_CODE": course["schedule_code"],
            "AMOUNT": str(course["amount"]),
            "CARD": card,
            "INVOICE_CODE": f"CONTOH-{name}-{time.time_ns()}",
            "OTP_COMMAND": os.environ.get("OTP_COMMAND", OTP).replace("{card}", card),
        }
        done = subprocess.run(
            command, cwd=HERE, env={**os.environ, **known}, capture_output=True, text=True, check=False
        )
        print(f"{name}: {done.stdout.strip() if done.returncode == 0 else 'FAILED ' + done.stderr.strip()[-500:]}")
        failed += done.returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
