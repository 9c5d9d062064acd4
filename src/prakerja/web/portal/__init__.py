"""Pages of a participant: what to do next, card, balance in parts, purchases, incentives."""
