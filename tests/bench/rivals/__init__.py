"""Other ways to find the right clause, each in a module of its own with one function, `build`."""
