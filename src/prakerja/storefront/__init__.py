"""A reference shop (a digital platform) and a reference training institution: clients of the partner API, nothing more.

Two programs of their own. They know HTTP, the keys in their settings file and what stands in their own small database;
no other room of the house (a contract of import-linter says so). Words: an *order* is what a buyer wants in the shop,
under one invoice from its first page to its last; an *enrolment* is a person with a redeem code at the institution.
States of an order: new → code_sent → paying → paid → voided; a refusal leads back, an answer that was never seen keeps
it in `paying` until the same invoice was asked again.
"""
