"""Where money leaves the books: accounts of people and partners, payment batches, bank files and replies.

Owns: payout_accounts (a participant's bank account or e-wallet), partner_accounts, payment_batches (signed by two
people), payment_orders (one per payee, budget and lane).

Words: an `order` is a movement in the books, a `line` is what the bank sees (all orders of one payee in a batch).
States of a batch: prepared → approved → sent → answered. Of an order: prepared → sent → paid | failed; a failed order
is final, its retry is a new order in a later batch.
"""
