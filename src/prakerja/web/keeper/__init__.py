"""Pages of the keepers of sealed seeds."""
