"""Floor 0: pure Python. No Django, no I/O; the present moment is always an argument."""
