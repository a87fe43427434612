"""What a council has checked about a provider, and what worries people."""

from .concern import Answer, Concern, Severity
from .credential import CheckKind, Credential, Workforce
from .trace import Likeness, Trace, TraceKind

__all__ = ["Answer", "CheckKind", "Concern", "Credential", "Likeness", "Severity", "Trace", "TraceKind", "Workforce"]
