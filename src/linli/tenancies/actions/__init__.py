"""The only writers of tenancies."""
