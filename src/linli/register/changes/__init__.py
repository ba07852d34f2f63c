"""Next week's file: what it says otherwise than the file before. Pure; the database is read and written elsewhere."""
