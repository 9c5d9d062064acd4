"""The programme: what the regulations say, on which day, and how many places there are.

Owns the regimes (dated rules from `data/regimes/*.yaml`), the rule ids, the budgets with their quotas, the provinces
and labour offices, and the programme clock.

Words: a *regime* is one column of the regulation table (founding, second, third); a *parameter* one of its values, with
the days between which it holds; a *budget* is regime × channel with its number of *places*; an *allotment* is the part
of a budget's places that one lane may hand out.

A regime set has a *version*; every decision records the version that it used. Versions are never edited.
"""
