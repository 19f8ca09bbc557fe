"""Runs every measurement: ``make bench``."""

from tests.bench.kill import main

main()
