"""The local workspace: one page on which a trainer plays a school of fictional people."""
