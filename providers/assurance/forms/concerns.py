"""A worry, as anybody may write it in two minutes, and what a curator makes of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.people.models import Council
from providers.listings.editing.forms.fields import OnceField, ParagraphsField, QuestionForm, WordsField

from ..models import Answer, Severity


class ConcernForm(QuestionForm):
    """Only the first two questions need an answer."""

    words = ParagraphsField(
        label=_("What are you worried about?"),
        max_length=4000,
        needed=_("Write what you are worried about. A few words are enough."),
        help_text=_("What did you see or hear, and when?"),
    )
    severity = forms.ChoiceField(
        label=_("Is somebody being hurt, or could they be?"),
        choices=[(Severity.HIGH, _("Yes, or I think so")), (Severity.ORDINARY, _("No, something else is wrong"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no. If you are not sure, choose yes.")},
    )
    about_whom = WordsField(label=_("Who is it about?"), max_length=200, required=False)
    council = forms.ModelChoiceField(
        label=_("Which council is it near?"),
        queryset=Council.objects.none(),
        required=False,
        empty_label=_("I do not know"),
    )
    name = WordsField(
        label=_("Your name"),
        max_length=120,
        required=False,
        help_text=_("You need not say. Whoever this is about is never told."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    contact = WordsField(
        label=_("A phone number or e-mail address, if we may ask you more"), max_length=200, required=False
    )
    once = OnceField()

    def __init__(self, *args: Any, ask_council: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if ask_council:
            self.fields["council"].queryset = Council.objects.all()  # type: ignore[attr-defined]
        else:
            del self.fields["council"]


def _question(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=Answer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer. “We do not know yet” is one.")},
    )


class TriageForm(QuestionForm):
    """The three questions of section 42 of the Care Act 2014."""

    care_needs = _question(_("Does the person need care and support?"))
    abuse_or_risk = _question(_("Are they being abused or neglected, or could they be?"))
    cannot_protect_themselves = _question(_("Are they unable to protect themselves because of what they need?"))


class DecisionForm(QuestionForm):
    decision = forms.ChoiceField(
        label=_("What happens now?"),
        choices=[
            ("refer", _("Pass it to the safeguarding team")),
            ("pass_on", _("Pass it on as feedback")),
            ("leave", _("Nothing more to do")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happens now.")},
    )
    reason = ParagraphsField(label=_("Why?"), max_length=600, needed=_("Write down why. It is kept with the decision."))
    keep_hidden = forms.BooleanField(label=_("Keep the listing hidden for now"), required=False)
