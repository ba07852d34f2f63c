"""Plans: what they are about, who answers for it, when they happen. Readers and pure helpers; writers are in ``actions``."""
