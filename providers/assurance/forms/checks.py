"""Checks and suspensions, as a curator records them."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.core.look.forms import DateBoxesField
from providers.listings.editing.forms.fields import ParagraphsField, QuestionForm, WholeNumberField, WordsField

from ..models import CheckKind, Workforce

WIDE = forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "nhsuk-input--width-10"})
DECISIONS = [
    ("verify", _("It is right: show it as checked")),
    ("see", _("I have seen it, but something is still to be looked at")),
    ("reject", _("It cannot be accepted")),
]


class FindProviderForm(QuestionForm):
    """The search box above a council's providers; the view reads the address itself."""

    q = forms.CharField(
        label=_("Name or e-mail address"), required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    show = forms.CharField(required=False, widget=forms.HiddenInput)


class SuspendForm(QuestionForm):
    reason = ParagraphsField(
        label=_("Why are you hiding them?"),
        max_length=600,
        needed=_("Write down why. The provider is told, and it is kept."),
        help_text=_("The provider reads these words. Do not name anybody who complained."),
    )


class SuspendManyForm(SuspendForm):
    """Whom to hide, and why. `named`: public id and name of each that may be ticked; `all_words`: how many match."""

    THESE, ALL = "these", "all"
    which = forms.ChoiceField(
        label=_("Whom do you want to hide?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whom to hide.")},
    )
    providers = forms.MultipleChoiceField(
        label=_("Providers on this page"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("One of these has been hidden meanwhile. Look at the list again.")},
    )
    field_order = ("which", "providers", "reason")

    def __init__(self, *args: Any, named: list[tuple[str, str]], all_words: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["which"].choices = [  # type: ignore[attr-defined]
            (self.THESE, _("Those that I tick")),
            (self.ALL, all_words),
        ]
        self.fields["providers"].choices = named  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("which") == self.THESE and not data.get("providers") and "providers" not in self.errors:
            self.add_error("providers", _("Tick at least one, or choose all of them."))
        return data


class SuspendManyAgainForm(SuspendManyForm):
    """The same answers, carried to the page that says the number; `number` is how many it said."""

    number = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("which", "reason"):
            self.fields[name].widget = forms.HiddenInput()
        self.fields["providers"].widget = forms.MultipleHiddenInput()


class LiftForm(QuestionForm):
    note = ParagraphsField(
        label=_("What has been put right?"),
        max_length=500,
        needed=_("Write down what has been put right. It is kept with the record."),
    )


class AddCheckForm(QuestionForm):
    """Begin a check that the provider has not claimed themselves."""

    kind = forms.ChoiceField(
        label=_("Which check?"), choices=CheckKind.choices, error_messages={"required": _("Choose a check.")}
    )


class CheckForm(QuestionForm):
    """What an officer saw. Numbers and dates only: what a certificate says is never written down."""

    decision = forms.ChoiceField(
        label=_("What did you find?"),
        choices=DECISIONS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you found.")},
    )
    seen_on = DateBoxesField(label=_("Which day did you see it?"), required=False, help_text=_("Empty means today."))
    number = WordsField(label=_("Number of the certificate or policy"), max_length=60, required=False)
    workforce = forms.ChoiceField(
        label=_("Which work is the DBS certificate for?"),
        choices=[("", _("Not a DBS certificate")), *Workforce.choices],
        required=False,
    )
    insured_pounds = WholeNumberField(
        label=_("Insured for how many pounds?"),
        help_text=_("In whole pounds, for example 5,000,000."),
        least=1,
        most=100_000_000,
        required=False,
    )
    issued_on = DateBoxesField(label=_("Issued on"), required=False)
    expires_on = DateBoxesField(label=_("Runs out on"), required=False)
    note = ParagraphsField(
        label=_("A note for colleagues"),
        max_length=500,
        required=False,
        help_text=_("Never write here what a DBS certificate says: that is an offence."),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind not in {CheckKind.DBS_BASIC, CheckKind.DBS_ENHANCED}:
            del self.fields["workforce"]
        if kind != CheckKind.INSURANCE:
            del self.fields["insured_pounds"]
        if kind == CheckKind.INSURANCE:
            self.fields["expires_on"].help_text = _("The listings are hidden by themselves after this day.")
        self.needs_end = kind == CheckKind.INSURANCE

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        today, decision = timezone.localdate(), data.get("decision")
        issued, expires = data.get("issued_on"), data.get("expires_on")
        for name in ("issued_on", "seen_on"):
            if data.get(name) and data[name] > today:
                self.add_error(name, _("That day has not come yet."))
        if decision == "verify":
            if self.needs_end and not expires and "expires_on" not in self.errors:
                self.add_error("expires_on", _("Type the day the insurance runs out."))
            if expires and expires < today:
                self.add_error("expires_on", _("That day has passed, so it cannot be shown as checked."))
        if issued and expires and expires < issued:
            self.add_error("expires_on", _("It cannot run out before it was issued."))
        if decision == "reject" and not data.get("note"):
            self.add_error("note", _("Write down why it cannot be accepted."))
        return data
