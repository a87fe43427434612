"""What people type about checks, suspensions, councils and worries."""

from .checks import (
    AddCheckForm,
    CheckForm,
    FindProviderForm,
    LiftForm,
    SuspendForm,
    SuspendManyAgainForm,
    SuspendManyForm,
)
from .concerns import ConcernForm, DecisionForm, TriageForm
from .councils import CouncilSettingsForm, KindForm, NewCouncilForm, StaffForm

__all__ = [
    "AddCheckForm",
    "CheckForm",
    "ConcernForm",
    "CouncilSettingsForm",
    "DecisionForm",
    "FindProviderForm",
    "KindForm",
    "LiftForm",
    "NewCouncilForm",
    "StaffForm",
    "SuspendForm",
    "SuspendManyAgainForm",
    "SuspendManyForm",
    "TriageForm",
]
