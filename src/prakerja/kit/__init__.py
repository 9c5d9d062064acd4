"""The ground that every room stands on; it knows no word of the domain.

settings, clock, ids, context, crypto, lanes, codes, db, migrations, postgres, refusals.
"""
