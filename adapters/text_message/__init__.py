"""Text messages through GOV.UK Notify: one way, without content."""
