"""Registration of people who arrive: from the first signal to the register (R06)."""
