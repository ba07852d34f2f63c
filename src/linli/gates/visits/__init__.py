"""Registered visits: who makes one, its code, and that one code lets in once (SEEDS G09)."""
