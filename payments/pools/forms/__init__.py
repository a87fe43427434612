"""What people type about a group, one question a form. Nothing here reads the database."""

from .joining import AgreeForm, CodeForm, JoinForm, MostForm
from .running import AttendanceForm, InviteForm, ReasonForm
from .starting import (
    DatesForm,
    DeadlineForm,
    HouseRulesForm,
    NameForm,
    OpenToForm,
    PeopleForm,
    PlaceForm,
    PriceForm,
    Question,
    StartForm,
)
from .voting import OptionForm, PartForm, RankForm
from .wanting import AskForm, TenderForm, WantForm

__all__ = [
    "AgreeForm",
    "AskForm",
    "AttendanceForm",
    "CodeForm",
    "DatesForm",
    "DeadlineForm",
    "HouseRulesForm",
    "InviteForm",
    "JoinForm",
    "MostForm",
    "NameForm",
    "OpenToForm",
    "OptionForm",
    "PartForm",
    "PeopleForm",
    "PlaceForm",
    "PriceForm",
    "Question",
    "RankForm",
    "ReasonForm",
    "StartForm",
    "TenderForm",
    "WantForm",
]
