"""care: cases with a life: home quarantine and other attention, from opening to closing."""
