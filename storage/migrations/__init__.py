"""How the database came to have its shape, one step a file."""
