"""People before the decree: sign-up, identity and presence checks, eligibility, worker lists, the blacklist.

Words: an *applicant* signs up and joins waves (selection owns waves); a *worker list* names people whom a ministry or a
labour office collected, and being on it is not a registration (SCHEME-11); a *refusal* always carries its rule's id.

States of an applicant: account_created → email_verified → identity_verified → presence_verified → phone_verified →
ready (test done) → decreed; `refused` when a rule says no, and back to `ready` when a later decision finds otherwise.
States of a worker list: staged → published | discarded.
"""
