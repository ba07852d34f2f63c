"""Phones that send facts: what every room with phones shares – how a phone is known, how it signs, how it is answered (decision 0128)."""
