"""The nouns, the dialogue, one turn, the ports, and the composition of Lanyard."""
