"""Which registers this deployment asks: those of the settings, or the stand-ins of a sandbox."""

import ssl
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from prakerja.access.operations.attempts import Budget, spend_attempts
from prakerja.kit.clock import SystemClock
from prakerja.kit.settings import OFF, get_settings
from prakerja.participants.registry import CivilRegistry, EligibilityRegisters
from prakerja.participants.registry_http import HttpRegisters
from prakerja.participants.specimens import SpecimenCivilRegistry, SpecimenRegisters

_ALL: Final = "all"


def find_civil_registry() -> CivilRegistry | None:
    """The civil registry; None where production says that none is connected yet, and people wait."""
    connected = _connected()
    return SpecimenCivilRegistry() if connected is None and _is_sandbox() else connected


def find_registers() -> EligibilityRegisters | None:
    """The other registers; as `find_civil_registry`."""
    connected = _connected()
    return SpecimenRegisters() if connected is None and _is_sandbox() else connected


def _is_sandbox() -> bool:
    return get_settings().deployment == "sandbox"


def _connected() -> HttpRegisters | None:
    settings = get_settings()
    if settings.registry_url in ("", OFF):
        return None
    return _registers(
        settings.registry_url,
        settings.registry_key.get_secret_value(),
        settings.registry_ca,
        settings.registry_certificate,
        settings.registry_certificate_key,
        settings.registry_timeout_s,
        settings.registry_calls_per_minute,
    )


# One for all threads of a process: they share its breaker.
@lru_cache(maxsize=1)
def _registers(
    url: str,
    key: str,
    ca: Path | None,
    certificate: Path | None,
    certificate_key: Path | None,
    timeout_s: float,
    calls_per_minute: int,
) -> HttpRegisters:
    tls = None
    if ca is not None or certificate is not None:
        tls = ssl.create_default_context(cafile=ca)
        if certificate is not None:
            tls.load_cert_chain(certificate, certificate_key)
    budget = Budget("calls to the registers", calls_per_minute, timedelta(minutes=1))

    def may_ask() -> bool:
        # What a contract allows holds for all processes together: the count stands in the database.
        return spend_attempts(budget, [_ALL], machine_now=SystemClock().now())[0]

    return HttpRegisters(url, timeout_s=timeout_s, key=bytes.fromhex(key) or None, tls=tls, may_ask=may_ask)
