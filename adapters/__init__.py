"""One folder per platform or route: each translates, and decides nothing."""
