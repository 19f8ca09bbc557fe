"""Everything that knows SQL, keys, the audit chain and the job engine."""
