"""From held money to statements and bank files, and the end of the books.

Owns: settlement_runs (signed by two people), settlement_lines (each share of a purchase exactly once),
settlement_statements (what a platform or an institution gets in a run), book_closings; repayments and their receipts
(what somebody who was never eligible pays back, REV-01).

Words: a purchase is *payable* when its trigger was met (SETTLE-01): its price is split into the platform's
commission and the institution's share. A *run* collects what became payable in a period. What never met its trigger
is *swept*.
States of a run: prepared → approved (its payment batch exists) → paid (every order of it was paid).
"""
