"""What a council has checked about a provider, and what worries people."""

from .concern import Answer, Concern, Severity
from .credential import CheckKind, Credential, Workforce

__all__ = ["Answer", "CheckKind", "Concern", "Credential", "Severity", "Workforce"]
