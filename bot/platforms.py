"""The register of platforms: where each one's adapter is."""

from __future__ import annotations

from collections.abc import Mapping

ADAPTERS: Mapping[str, str] = {
    "slack": "adapters.slack.adapter",
    "teams": "adapters.teams.adapter",
    "web": "adapters.web.adapter",
}
"""The module with each platform's ``open_adapter(secrets, door, **options)``; imported only when
it is used."""
