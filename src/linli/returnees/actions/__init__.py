"""The only writers of arrivals."""
