"""Floor 1: accounts, sessions, the second factor."""
