"""Sheets of cells → what they say about dwellings and people. Pure: words come from ``register/data``, no database."""
