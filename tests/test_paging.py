"""Paging stops only when a human takes it (promise 8): a small run of the machine."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.paging import Paging

TestPaging = Paging.TestCase
TestPaging.settings = settings(
    max_examples=6,
    stateful_step_count=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
