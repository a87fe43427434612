"""What an operator types about an event."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SetAsideForm(forms.Form):
    """Why nothing should come of an event."""

    reason = forms.CharField(
        label=_("Why should nothing come of it?"),
        max_length=200,
        error_messages={
            "required": _("Write why, so that others understand it later."),
            "max_length": _("That is too long. Use at most 200 letters."),
        },
    )
