"""Writers of the room: a verb each, keyword-only, one transaction, the journal."""
