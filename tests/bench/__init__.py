"""Measurements that take too long for the suite; ``make bench`` runs them all."""
