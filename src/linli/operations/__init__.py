"""Floor 2b: operations. Purpose, legal ground, ordering authority, rule set, end, retention; purge and its certificate."""
