"""The only writers of journeys, one file a subject. Keyword-only, ``by`` first, one transaction each, journal written."""
