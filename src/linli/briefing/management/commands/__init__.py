"""Verbs of the daily sheet."""
