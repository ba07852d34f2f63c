"""Floor 3: gates."""
