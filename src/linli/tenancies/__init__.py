"""Let flats: who rents where, and what the property company says about it (R08)."""
