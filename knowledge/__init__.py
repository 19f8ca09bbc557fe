"""The policy of a school: its clauses, their life, and what can be found in them."""
