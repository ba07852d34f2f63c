"""File bytes → sheets of cells. Pure: no database, no settings; raises ``Refusal`` for what cannot be read."""
