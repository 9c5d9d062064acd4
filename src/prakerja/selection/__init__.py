"""From many applicants to the chosen ones: waves, joining, the verifiable draw, decrees, participants.

Words: a *wave* is an intake round with quotas; an applicant *joins* it and names the channel; a *stratum* is channel ×
province; the *draw* has four acts (commit, reveal, rank, publish); a *decree* names recipients and reserves money.

States of a wave: planned → open → closed → committed → drawn → decreed, or void with a reason before the reveal.
States of a joining: pending → selected | not_selected | dropped; selected → dropped at a re-check (who was decreed is a
participant).
States of a decree: prepared → approved | rejected, by two people.
States of a participant: active → finished | expired | revoked | suspended; suspended → active | revoked.
"""
