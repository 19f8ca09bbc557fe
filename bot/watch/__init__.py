"""The watchdog: proves that nothing is stuck, tells people when something is, shows it is alive."""
