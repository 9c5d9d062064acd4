"""Reads across the rooms, for pages and reports: one module per reader.

Plain functions returning frozen values. Lists are pages: at most `PAGE_ROWS` rows, ordered by a unique key, and the
caller asks for what follows the last key that it has shown.
"""

PAGE_ROWS = 25
