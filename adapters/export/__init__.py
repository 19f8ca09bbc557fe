"""A case as a file: one page, a table, or plain text."""
