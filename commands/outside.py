"""The doors to the outside, from the settings. Apart from commands/bridge.py, so that `read` starts without a database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from config.settings import Settings, SettingsUnusable
from config.wording import Wording
from connector.doors import Doors

if TYPE_CHECKING:
    from connector.oidc import OpenId


def open_doors(settings: Settings, wordings: Mapping[str, Wording] | None = None) -> Doors:
    """Raises SettingsUnusable for hosts, a proxy or certificates that cannot be used."""
    try:
        return Doors(
            graph_url=settings.graph_url,
            graph_version=settings.graph_version,
            google_url=settings.google_url,
            app_id=settings.fb_app_id,
            app_secret=settings.fb_app_secret,
            allow_hosts=settings.allow_hosts,
            proxy=settings.proxy,
            ca_file=settings.ca_file,
            webhook_url=settings.webhook_url,
            verify_token=settings.fb_verify_token,
            cancelled={tag: wording.leads.cancelled for tag, wording in (wordings or {}).items()},
        )
    except ValueError as wrong:
        raise SettingsUnusable(str(wrong)) from None


def open_sign_in(settings: Settings, doors: Doors) -> OpenId | None:
    """The school's own sign-in, where the settings name one. Nobody is called."""
    if not settings.oidc_label:
        return None
    return doors.openid(
        label=settings.oidc_label, issuer=settings.oidc_issuer, client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
    )  # fmt: skip
