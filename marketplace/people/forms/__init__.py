"""What people type about themselves."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.core.look.forms import DateBoxesField
from marketplace.core.text import one_line, tidy

from ..models import Scope, User

FAR_AHEAD = 20  # years; further is a slip of the finger


class SignUpDetails(forms.Form):
    """Asked beside e-mail and password at sign-up (allauth mixes it in)."""

    first_name = forms.CharField(
        label=_("First name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    phone = forms.CharField(
        label=_("Phone number"),
        max_length=30,
        required=False,
        help_text=_("So that the person who helps you can ring about a visit."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    field_order = ["first_name", "last_name", "email", "phone", "password1"]

    def signup(self, request: HttpRequest, user: User) -> None:
        user.first_name = one_line(self.cleaned_data["first_name"])
        user.last_name = one_line(self.cleaned_data["last_name"])
        user.phone = one_line(self.cleaned_data["phone"])
        user.save(update_fields=["first_name", "last_name", "phone"])


class DetailsForm(forms.Form):
    """A person's own name and telephone number."""

    first_name = forms.CharField(
        label=_("First name"), max_length=80, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=80, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    phone = forms.CharField(
        label=_("Phone number"),
        max_length=30,
        required=False,
        help_text=_("So that the person who helps you can ring about a visit."),
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )

    def clean(self) -> dict:
        super().clean()
        return {name: one_line(value) for name, value in self.cleaned_data.items()}


class ScopeChoice(forms.RadioSelect):
    choice_hints = {
        Scope.SEE: _("They see your orders and your shortlist, and change nothing."),
        Scope.SHORTLIST: _("They can also put help on your shortlist, for you to choose from."),
        Scope.BUY: _("They can also ask for help, pay for it and cancel it in your name."),
    }


class InviteForm(forms.Form):
    """Whom to ask, for what, from when to when."""

    name = forms.CharField(
        label=_("Their name"),
        max_length=120,
        help_text=_("As you would greet them in a letter."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("Their e-mail address"),
        max_length=254,
        help_text=_("We send the invitation there. Only this address can use it."),
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    scope = forms.ChoiceField(
        label=_("What may they do for you?"),
        choices=Scope.choices,
        widget=ScopeChoice,
        error_messages={"required": _("Choose what they may do for you.")},
    )
    starts_on = DateBoxesField(label=_("From which day?"))
    ends_on = DateBoxesField(
        label=_("Until which day?"),
        required=False,
        help_text=_("Leave this empty for no last day. You can end it at any moment."),
    )

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def clean_scope(self) -> Scope:
        return Scope(self.cleaned_data["scope"])

    def clean_starts_on(self):
        day = self.cleaned_data["starts_on"]
        if day < timezone.localdate():
            raise ValidationError(_("That day has passed. Begin today or later."))
        return self._not_far_ahead(day)

    def clean_ends_on(self):
        day = self.cleaned_data["ends_on"]
        if day is not None and day < timezone.localdate():
            raise ValidationError(_("That day has passed. Choose a later one, or leave this empty."))
        return day and self._not_far_ahead(day)

    def _not_far_ahead(self, day):
        if day.year > timezone.localdate().year + FAR_AHEAD:
            raise ValidationError(_("That is too many years ahead. Check the year."))
        return day


class CallerForm(forms.Form):
    """How a caller is found."""

    email = forms.EmailField(
        label=_("The caller’s e-mail address"),
        max_length=254,
        help_text=_("Ask them to spell it. We only find the whole address."),
        widget=forms.EmailInput({"autocomplete": "off"}),
    )


class ConsentForm(forms.Form):
    """The caller's yes."""

    consent_words = forms.CharField(
        label=_("What did they say?"),
        max_length=300,
        help_text=_("In their own words, for example: “Yes, please look for me.” Nothing about their health."),
        widget=forms.Textarea({"rows": 2}),
    )
    agreed = forms.BooleanField(
        label=_("I read them the words above, and they said yes"),
        error_messages={"required": _("You can only go on when the caller has said yes.")},
    )

    def clean_consent_words(self) -> str:
        return one_line(tidy(self.cleaned_data["consent_words"]))


class NewCallerForm(ConsentForm):
    """A caller who has no account yet."""

    first_name = forms.CharField(label=_("First name"), max_length=80, widget=forms.TextInput({"autocomplete": "off"}))
    last_name = forms.CharField(label=_("Last name"), max_length=80, widget=forms.TextInput({"autocomplete": "off"}))
    phone = forms.CharField(
        label=_("Phone number"), max_length=30, widget=forms.TextInput({"autocomplete": "off", "inputmode": "tel"})
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        help_text=_("If they have one. They can use it to sign in later."),
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    field_order = ["first_name", "last_name", "phone", "email", "consent_words", "agreed"]

    def clean(self) -> dict:
        super().clean()
        data = self.cleaned_data
        for name in ("first_name", "last_name", "phone"):
            data[name] = one_line(data.get(name, ""))
        return data


class LeaveForm(forms.Form):
    """Are you sure?"""

    sure = forms.BooleanField(
        label=_("I understand that this cannot be undone"),
        error_messages={"required": _("Tick the box if you want us to delete your account.")},
    )
