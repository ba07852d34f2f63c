"""The only writers of the ground, one file a subject. Keyword-only, ``by`` first, one transaction each, journal written."""
