"""Pages for everyone: the scheme, live figures, platforms, rules, log-in, and the demo's one-click sign-in."""
