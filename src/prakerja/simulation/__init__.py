"""A small nation lives through the whole scheme: synthetic people, partners, behaviours, on a virtual clock.

Everything goes through the operations that pages and partner API call; nothing is written around them. The same seed
gives the same nation and the same ledger, byte for byte in the report: ids and randomness come from generators made of
the seed, and people and days are walked in a fixed order. Sandbox programs stand in for civil registry, beacon, bank.

`nation.py` walks the days and owns what the steps share; one module per stretch of the way: `founding` (rules, budgets,
partners, courses), `sign_ups` (worker list, sign-up, labour offices), `waves` (joining to decree), `keepers` (sealed
seeds), `cards` (print batches, loss, revocation), `registers` (what registers say later), `appeals`, `market` (classes
and purchases), `classroom` (redemption to review), `treasury` (incentives, settlement, sweep, closing), `mischief`
(what must be refused). `story.py` puts the steps into the day, `report.py` tells what happened, `ratios.py` compares it
with the public record.
"""
