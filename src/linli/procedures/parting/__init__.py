"""A neighbourhood is split, or merged into another: homes go one by one, whole, with everything that belongs to them."""
