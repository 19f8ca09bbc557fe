"""Who sees what: a whole school on three platforms, with the world outside recorded."""
