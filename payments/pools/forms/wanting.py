"""What a group types to say what it wants, and what a provider types to offer it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.core.look.forms import PoundsField
from providers.listings.editing.forms.fields import (
    ParagraphsField,
    PostcodeField,
    QuestionForm,
    WholeNumberField,
    WordsField,
)

from .. import rules

CHOOSE = {"required": _("Choose one."), "invalid_choice": _("Choose one of these.")}
MOST_PEOPLE = 50


class WantForm(QuestionForm):
    """One page: a name, the words, the kind of help, where, how many. `token` makes two presses one."""

    name = WordsField(
        label=_("What do you want, in a few words?"),
        max_length=80,
        help_text=_("For example, “A walking group on Tuesdays”."),
        needed=_("Say in a few words what you want."),
    )
    words = ParagraphsField(
        label=_("Tell providers more"),
        max_length=2000,
        help_text=_(
            "How often, for how many weeks, at what time, what matters to you. Leave out names, addresses and health."
        ),
        needed=_("Tell providers what you want, so that they can name a price."),
        widget=forms.Textarea({"rows": 6}),
    )
    kind = forms.ChoiceField(
        label=_("What kind of help is it?"),
        required=False,
        help_text=_("We ask providers of this kind."),
        error_messages=CHOOSE,
    )
    postcode = PostcodeField(
        label=_("A postcode near where you would meet"),
        help_text=_("So that we ask providers of that area. We do not keep it."),
        needed=_("Type a postcode, such as TA1 1AA."),
    )
    heads = WholeNumberField(
        label=_("About how many of you are there?"),
        least=rules.LEAST_HEADS,
        most=MOST_PEOPLE,
        help_text=_("You count too."),
    )
    token = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].widget = forms.Select()
        self.fields["kind"].choices = [("", _("Another kind, or several")), *kinds]  # type: ignore[attr-defined]


class AskForm(QuestionForm):
    """Whom to ask, and how long they and the group have. `providers` empty: every one of them."""

    providers = forms.MultipleChoiceField(
        label=_("Only some of them?"),
        required=False,
        help_text=_("Tick whom you would like to ask. Tick nobody, and we ask all of them."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose one of these.")},
    )
    offers = forms.TypedChoiceField(
        label=_("How long may they take to answer?"),
        choices=[(7, _("One week")), (14, _("Two weeks")), (28, _("Four weeks"))],
        coerce=int,
        initial=7,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    votes = forms.TypedChoiceField(
        label=_("And how long does your vote last after that?"),
        choices=[(3, _("Three days")), (7, _("One week"))],
        coerce=int,
        initial=7,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )

    def __init__(self, *args: Any, providers: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(providers) > 1:
            self.fields["providers"].choices = list(providers)  # type: ignore[attr-defined]
        else:
            del self.fields["providers"]

    def moments(self, now: datetime) -> tuple[datetime, datetime]:
        """Until when providers answer, and until when the group votes: 6pm on both days."""
        day = timezone.localtime(now).replace(hour=18, minute=0, second=0, microsecond=0)
        offers = timedelta(days=self.cleaned_data["offers"])
        return day + offers, day + offers + timedelta(days=self.cleaned_data["votes"])


class TenderForm(QuestionForm):
    """A provider's offer: from which of its own offers it follows, a price for the whole block, words."""

    offer = forms.ChoiceField(
        label=_("Which of your offers is it?"),
        help_text=_("The group buys it from you at the price that you name here."),
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    total = PoundsField(
        label=_("Your price for everything"),
        help_text=_("For the whole group and all the dates together, with any VAT."),
    )
    words = ParagraphsField(
        label=_("What you would do for it"),
        max_length=1000,
        help_text=_("How many times, how long, what is in the price. The group reads it when the time is over."),
        needed=_("Say what you would do for that price."),
        widget=forms.Textarea({"rows": 5}),
    )

    def __init__(self, *args: Any, offers: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offer"].choices = list(offers)  # type: ignore[attr-defined]
        if len(offers) == 1:
            self.fields["offer"].initial = offers[0][0]
