"""How much may be sent: so much from one address, and so much in all."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from totalplace.workbench.mistakes.models import Sent

__all__ = ["PER_ADDRESS_AND_HOUR", "PER_DAY", "is_too_much", "note_sent"]

PER_ADDRESS_AND_HOUR = 5
PER_DAY = 300
"""In all: what the database takes of strangers in a day is bounded."""

_NETWORK_BITS = 64


def is_too_much(address: str) -> bool:
    """Whether an address, or everybody together, has sent as much as is taken for now."""
    now = timezone.now()
    today = Sent.objects.filter(when__gt=now - timedelta(days=1))
    mine = today.filter(who=_hidden(address), when__gt=now - timedelta(hours=1))
    return mine.count() >= PER_ADDRESS_AND_HOUR or today.count() >= PER_DAY


def note_sent(address: str) -> None:
    """Write down that an address has sent something; what is older than a day is forgotten."""
    Sent.objects.filter(when__lt=timezone.now() - timedelta(days=1)).delete()
    Sent.objects.create(who=_hidden(address))


def _hidden(address: str) -> str:
    """A keyed hash of the address; of IPv6 that of its network, of which one home has all."""
    try:
        one = ipaddress.ip_address(address)
    except ValueError:
        text = address
    else:
        bits = _NETWORK_BITS if one.version == 6 else one.max_prefixlen
        text = str(ipaddress.ip_network((one, bits), strict=False))
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
