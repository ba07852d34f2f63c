"""The root of ``/api/v1``: every room's routes, one description, the pages about it, and the page of tokens."""
