"""Start-up refusals: papers of real people need a key of their own."""

import binascii

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security)
def evidence_has_a_key(app_configs, **kwargs):
    """Production keeps receipts encrypted with a key that is not worked out from another secret."""
    if settings.SETTINGS_MODULE.endswith("production") and not settings.EVIDENCE_KEYS:
        return [Error("EVIDENCE_KEYS must name at least one Fernet key.", id="budgets.E001")]
    try:
        for key in settings.EVIDENCE_KEYS:
            Fernet(key)
    except (ValueError, binascii.Error):
        return [Error("EVIDENCE_KEYS must be Fernet keys with commas between them.", id="budgets.E002")]
    return []
