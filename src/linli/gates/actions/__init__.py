"""The only writers of the gates, one file a subject."""
