"""Who may sign in and what each may do: users, roles, permissions.

Owns the Django user model `access.User`. Words: a *role* is what a person is to the programme (`roles.Role`), a
*permission* is one thing that a page or an action asks for (`permissions.Permission`); a role is a set of permissions.
A participant's user points at an applicant, a platform's or institution's user at its partner, an officer of a labour
office at that office. Staff's second factor is not built yet: see docs/explanation/access.md.
"""
