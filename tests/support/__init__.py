"""What the tests share: the checkers of `tests/shape`, the PostgreSQL server, the browser's helpers."""
