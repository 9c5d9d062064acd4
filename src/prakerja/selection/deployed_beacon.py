"""Which source of public randomness the draws of this deployment use."""

from prakerja.kit.settings import get_settings
from prakerja.selection.beacon import Beacon, SandboxBeacon
from prakerja.selection.drand import RELAYS, DrandBeacon, quicknet, sandbox_chain


def beacon_of_deployment() -> Beacon:
    """The beacon that draws of this deployment use: drand in production, a sandbox's own in a sandbox.

    A sandbox with `beacon_urls` asks a program there (`prakerja draw beacon`) as production asks drand.
    """
    settings = get_settings()
    urls = [url.strip() for url in settings.beacon_urls.split(",") if url.strip()]
    if settings.deployment == "production":
        return DrandBeacon(quicknet(), urls or RELAYS)
    return DrandBeacon(sandbox_chain(), urls) if urls else SandboxBeacon()
