"""Keeping the head of the audit outside, as the worker does every hour and when it stops."""

from __future__ import annotations

import logging

from django.conf import settings

from totalplace.workbench.audit._anchor import anchor

__all__ = ["keep_anchored"]

_LOG = logging.getLogger(__name__)


def keep_anchored() -> None:
    """Add the signed head to the anchor, if there is one; that it cannot be written is logged."""
    # the models can be read only once Django is set up
    from totalplace.workbench.audit._verify import current_head

    folder = settings.TOTALPLACE_AUDIT_ANCHOR
    if folder is None:
        return
    head = current_head()
    if head is None:
        return
    try:
        anchor(folder, head)
    except OSError:
        _LOG.exception("the head of the audit cannot be added to %s", folder)
