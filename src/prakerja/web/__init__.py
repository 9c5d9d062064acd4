"""Pages for people: server templates that need no JavaScript, Bahasa Indonesia first and English second.

`public/` is for everyone, `portal/` for participants, `partner/` for platforms and institutions, `desk/` for labour
offices, `office/` for programme office, approvers and auditors. A view reads queries and calls an operation with one
item; it sees no model. What a code means in words stands in `words.py`, and nowhere else.
"""
