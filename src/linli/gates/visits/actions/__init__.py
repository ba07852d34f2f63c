"""The only writers of visits, their uses, and households' codes."""
