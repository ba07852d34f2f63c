"""The only writers of an import, one verb a file: start, read, choose, apply, undo."""
