"""Floor 1: every act: who, by what mandate, on what, when it happened and when we heard of it. Append-only."""
