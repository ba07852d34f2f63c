"""Writers of the duties: the only ones. They need a scope on the neighbourhood."""
