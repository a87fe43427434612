"""What people type while a group is under way: addresses to invite, a reason to call it off, who was there."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from marketplace.core.text import one_line, tidy
from providers.listings.editing.forms.fields import ParagraphsField

from .. import rules
from ..models import Pledge
from ..states import Presence


class InviteForm(forms.Form):
    """Addresses, one on a line or with commas; each wrong one is named."""

    emails = forms.CharField(
        label=_("Their e-mail addresses"),
        help_text=_("One on each line, at most 30. They are told your name and the group’s name."),
        widget=forms.Textarea({"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
        max_length=8000,
        error_messages={
            "required": _("Type at least one e-mail address."),
            "max_length": _("That is too much at once. Type at most 30 addresses, and the others after that."),
        },
    )
    use_required_attribute = False

    def clean_emails(self) -> list[str]:
        typed = [one_line(part) for part in re.split(r"[\n,;]+", tidy(self.cleaned_data["emails"]))]
        emails = list(dict.fromkeys(part.lower() for part in typed if part))
        wrong = [email for email in emails if not is_email(email)]
        if wrong:
            raise ValidationError(
                _("“%(email)s” is not an e-mail address. Check it, or take it out."),
                params={"email": wrong[0][:60]},
            )
        if len(emails) > rules.MOST_INVITATIONS_AN_HOUR:
            raise ValidationError(
                _("That is %(many)d addresses. Type at most %(most)d at once, and the others in an hour."),
                params={"many": len(emails), "most": rules.MOST_INVITATIONS_AN_HOUR},
            )
        if not emails:
            raise ValidationError(_("Type at least one e-mail address."))
        return emails


def is_email(typed: str) -> bool:
    try:
        validate_email(typed)
    except ValidationError:
        return False
    return True


class ReasonForm(forms.Form):
    """Why it is called off; everybody in the group reads it."""

    words = ParagraphsField(
        label=_("Why? One sentence will do."),
        help_text=_("Everybody in the group reads this."),
        max_length=400,
        needed=_("Write a few words, so that they know why."),
        widget=forms.Textarea({"rows": 3}),
    )
    use_required_attribute = False


class AttendanceForm(forms.Form):
    """Who was there: one question a member."""

    use_required_attribute = False

    def __init__(self, *args: Any, members: Sequence[Pledge], noted: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for member in members:
            self.fields[f"member-{member.pk}"] = forms.ChoiceField(
                label=str(member.person),
                choices=Presence.choices,
                initial=noted.get(member.pk),
                required=False,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": _("Choose one of these.")},
            )

    @property
    def presence(self) -> dict[int, Presence]:
        """By pledge id; nobody who was left out."""
        return {
            int(name.removeprefix("member-")): Presence(chosen) for name, chosen in self.cleaned_data.items() if chosen
        }
