"""Pages of a labour office: worker lists and their coverage."""
