"""E-mail by SMTP: one way, without content."""
