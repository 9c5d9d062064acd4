"""The partner API: what platforms and institutions call, version 1 as their programs know it.

Words: *partner* (a platform or an institution), *client code* (names a key of a partner), *call* (one address with its
request and answer), *lane* (a queue whose waiting requests become one set-based operation), *refusal* (a row of the one
table in `errors.py`). It decides nothing itself: every call ends in an operation or a query of the domains.
"""
