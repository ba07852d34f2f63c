"""Floor 2: operations."""
