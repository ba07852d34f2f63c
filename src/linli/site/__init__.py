"""Floor 5: settings, URLs, health, the command line."""
