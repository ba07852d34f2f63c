"""Writers of the daily sheet."""
