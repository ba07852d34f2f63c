"""Floor 3: register."""
