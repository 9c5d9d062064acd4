"""A platform's client in Python: standard library only."""

# ruff: noqa: ANN001, ANN201, D103, INP001, S101, S310, S602, T201 - a short example that stands alone

import hashlib
import hmac
import json
import os
import subprocess
import time
import urllib.request

env = os.environ


def call(path, body, token=None):
    path = "/api/v1/integration/" + path
    data = json.dumps(body)
    timestamp = str(int(time.time()))
    authorization = f"Payment {token}" if token else ""
    base = env["CLIENT_CODE"] + timestamp + "POST" + path + authorization + data
    signature = hmac.new(env["KEY"].encode(), base.encode(), hashlib.sha1).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "client_code": env["CLIENT_CODE"],
        "timestamp": timestamp,
        "signature": signature,
    }
    if token:
        headers["Authorization"] = authorization
    request = urllib.request.Request(env["BASE_URL"] + path, data.encode(), headers)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        return json.load(answer).get("data")


schedule = {"course_code": env["COURSE_CODE"], "schedule_code": env["SCHEDULE_CODE"]}
order = {**schedule, "user_platform_id": "py-" + env["CARD"], "prakerja_id": env["CARD"], "amount": int(env["AMOUNT"])}
token = call("payment/send-otp", order)["payment_token"]
otp = subprocess.check_output(env["OTP_COMMAND"], shell=True, text=True).strip()
invoice = {"invoice_code": env["INVOICE_CODE"]}
bought = call("payment/authorize", {"otp": otp, "invoice_url": "https://toko.example.id/1", **invoice}, token)
assert call("payment/status", invoice)["status"] == "SUCCESS"
call("payment/void", {**invoice, "transaction_code": bought["transaction_code"]})
print(bought["transaction_code"])
