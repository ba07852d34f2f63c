"""Official lists of divisions: read, match with the places that are known, plan, write. All but ``known`` and ``writing`` is pure."""
