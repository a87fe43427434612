"""What changes a check, a suspension or a concern."""

from .concerns import (
    ReasonNeeded,
    concern_close,
    concern_decide,
    concern_raise,
    concern_triage,
)
from .credentials import (
    credential_claim,
    credential_reject,
    credential_see,
    credential_verify,
    credentials_run_out,
    warnings_send,
)
from .freshness import listings_age
from .returning import return_check, returns_look_round, traces_keep
from .suspensions import AlreadySuspended, provider_lift, provider_suspend, providers_suspend

__all__ = [
    "AlreadySuspended",
    "ReasonNeeded",
    "concern_close",
    "concern_decide",
    "concern_raise",
    "concern_triage",
    "credential_claim",
    "credential_reject",
    "credential_see",
    "credential_verify",
    "credentials_run_out",
    "listings_age",
    "provider_lift",
    "provider_suspend",
    "providers_suspend",
    "return_check",
    "returns_look_round",
    "traces_keep",
    "warnings_send",
]
