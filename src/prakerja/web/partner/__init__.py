"""Pages of platforms (sales, listings, money due) and of institutions (classes, codes, statement)."""
