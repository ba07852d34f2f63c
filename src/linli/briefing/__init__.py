"""Floor 4: briefing."""
