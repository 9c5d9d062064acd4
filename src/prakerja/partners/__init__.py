"""Who the programme works with, and on what terms.

Owns: platforms, requirement sets, institutions and their records, documents, registrations, agreements and their
signatures, owners and conflicts of interest, sanctions, API keys.

- *platform*: sells courses; `applied → evaluated → memorandum → agreement → integrated → active → suspended | ended`.
  Only an `active` platform sells; what it sold before is honoured and paid (the run-off).
- *institution*: gives courses; `draft → submitted → due_diligence → governance_test → course_assessment →
  facilities_test → decreed → suspended | revoked` at the programme office; a failed step leads back to `draft`.
- *registration*: an institution's application to one platform; `draft → submitted → verified | refused`, by the version
  of that platform's requirements with which it was opened, then `agreed → suspended | ended`; `lapsed` by silence.
- *proposal*: terms that wait for both signatures; `proposed → signed | withdrawn | lapsed`.
- *agreement*: platform × institution with a fee scheme and a validity; versions never overlap and are never edited.
- *sanction*: `noticed → answered → imposed | dropped`, `imposed → appealed → upheld | lifted`.
- *API key*: signs the calls of a platform or an institution; two live ones at most. *Party key*: signs agreements.

Rules: SCHEME-05 … SCHEME-10, FEE-01, FEE-02, PLAT-01, PLAT-02, INST-01.
"""
