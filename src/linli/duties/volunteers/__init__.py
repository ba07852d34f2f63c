"""Lists of volunteers as offices write them → who is free when, who must, may or must not (SEEDS C06, P08). Pure: no database."""
