"""Who the programme works with, and on what terms.

Owns: platforms, their requirement sets, institutions, registrations, agreements, API keys.

- *platform*: sells courses; `applied → evaluated → memorandum → agreement → integrated → active → suspended | ended`.
  Only an `active` platform sells; what it sold before is honoured and paid (the run-off).
- *institution*: gives courses; `draft → submitted → due_diligence → governance_test → course_assessment →
  facilities_test → decreed → suspended | revoked` at the programme office.
- *registration*: an institution's application to one platform; `submitted → verified | refused`, by that platform's own
  requirement set, then `agreed`.
- *agreement*: platform × institution with a fee scheme and a validity; versions never overlap and are never edited.
- *API key*: signs the calls of a platform or an institution; two live ones at most.

Rules: SCHEME-05 … SCHEME-10, FEE-01, FEE-02, PLAT-01, INST-01.
"""
