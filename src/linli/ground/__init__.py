"""Floor 2a: who and where. Places, persons, households, bodies, mandates, scope."""
