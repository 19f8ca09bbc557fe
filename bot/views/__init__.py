"""Cards drawn from records: pure functions of the record, the people and the time."""
