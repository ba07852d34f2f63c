"""Floor 4: stories that cross rooms, one folder or file each, plain calls, one transaction a step."""
