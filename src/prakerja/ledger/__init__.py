"""The ledger: every rupiah of the programme, double entry, append only.

A *transfer* moves an amount between two different *accounts* (holder × kind). Accounts of the kinds `unspent`,
`training` and `incentive` keep a running balance that can never be negative; all other kinds are summed from the
transfers, because many purchases move them at once. A transfer's key is what it is about (reference, kind), so it
cannot be posted twice; a correction is a new transfer. `rules.TRANSFER_SIDES` is the chart: which kind of transfer
joins which kinds of account. A *claim* is a key that must be unique across lanes (an invoice of a platform, a platform
account).
"""
