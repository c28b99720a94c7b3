"""The doors to the outside, from the settings. Apart from commands/bridge.py, so that `read` starts without a database."""

from __future__ import annotations

from config.settings import Settings, SettingsUnusable
from connector.doors import Doors


def open_doors(settings: Settings) -> Doors:
    """Raises SettingsUnusable for hosts, a proxy or certificates that cannot be used."""
    try:
        return Doors(
            graph_url=settings.graph_url,
            graph_version=settings.graph_version,
            app_id=settings.fb_app_id,
            app_secret=settings.fb_app_secret,
            allow_hosts=settings.allow_hosts,
            proxy=settings.proxy,
            ca_file=settings.ca_file,
            webhook_url=settings.webhook_url,
            verify_token=settings.fb_verify_token,
        )
    except ValueError as wrong:
        raise SettingsUnusable(str(wrong)) from None
