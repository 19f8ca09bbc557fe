"""Talking to Lanyard in a terminal."""
