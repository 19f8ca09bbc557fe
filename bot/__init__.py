"""The nouns, the dialogue, one turn, the ports, and the composition of Lanyard."""

VERSION = "0.1.0"
"""The same as in ``pyproject.toml``."""
