"""Floor 2: inbox."""
