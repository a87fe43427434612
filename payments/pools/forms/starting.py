"""What an organiser or a provider types to start a group; one question a form. Nothing here reads the database."""

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.core.look.forms import DateBoxesField, PoundsField, with_a_day
from providers.listings.editing.forms.fields import (
    ClockField,
    ParagraphsField,
    QuestionForm,
    WholeNumberField,
    WordsField,
)

from .. import rules
from ..models import Visibility
from ..presentation.words import fault_words, until_words

FARTHEST = timedelta(days=366)
LONGEST_RULE = 400
NARROW = forms.TextInput({"autocomplete": "off", "class": "nhsuk-input--width-5"})
CHOOSE = {"required": _("Choose one."), "invalid_choice": _("Choose one of these.")}


class ClocksChange(ValidationError):
    """The hour that the clocks leave out in March, or that they tell twice in October."""


def moment_of(day: date, at: time) -> datetime:
    """That time on that day, as a moment here. Raises ClocksChange where there is none, or two."""
    found = rules.moments(datetime.combine(day, at), ZoneInfo(settings.TIME_ZONE))
    if len(found) != 1:
        raise ClocksChange(_("The clocks change in that hour. Type another time."), code="clocks")
    return found[0]


class Question(QuestionForm):
    """One page of a row of pages; `title` is its heading where the form has several fields."""

    title: ClassVar[str | Promise] = ""


class NameForm(Question):
    title = _("What is the group called?")
    name = WordsField(
        label=title,
        max_length=80,
        help_text=_(
            "For example, “Tuesday walkers”. Everybody in the group sees it, and people nearby if you ask them."
        ),
        needed=_("Type a name for the group."),
    )


class PlaceForm(Question):
    title = _("Where do you meet?")
    place = WordsField(
        label=title,
        max_length=160,
        help_text=_("A hall, a park or a town, for example “Spaxton village hall”. Never somebody’s home address."),
        needed=_("Type where you meet."),
    )


class DatesForm(Question):
    """A fixed block of dates: the first, the time of day, how far apart, how many. Cleans to `dates` as well."""

    title = _("When do you meet?")
    day = DateBoxesField(label=_("The first day"), help_text=with_a_day(_("For example, %(day)s"), ahead=28))
    at = ClockField(
        label=_("At what time?"),
        help_text=_("For example, 2.30pm"),
        max_length=12,
        needed=_("Type a time such as 2.30pm."),
        widget=NARROW,
    )
    every = forms.TypedChoiceField(
        label=_("How often?"),
        choices=[(7, _("Every week")), (14, _("Every two weeks")), (28, _("Every four weeks"))],
        coerce=int,
        initial=7,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    times = WholeNumberField(
        label=_("How many times in all?"),
        least=1,
        most=rules.MOST_SESSIONS,
        help_text=_("The group buys this block and no more. It never goes on by itself."),
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_day(self) -> date:
        day, today = self.cleaned_data["day"], timezone.localdate(self.now)
        if day <= today:
            raise ValidationError(_("Type a day after today, so that people have time to join."))
        if day > today + FARTHEST:
            raise ValidationError(_("That is more than a year ahead. Check the year."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if any(data.get(name) is None for name in ("day", "at", "every", "times")):
            return data
        apart = timedelta(days=data["every"])
        try:
            data["dates"] = [moment_of(data["day"] + number * apart, data["at"]) for number in range(data["times"])]
        except ClocksChange as error:
            self.add_error("at", error)
        return data


class PeopleForm(Question):
    """From how many it goes ahead, and how many fit."""

    title = _("How many people?")
    least = WholeNumberField(
        label=_("How many have to join for it to go ahead?"),
        least=rules.LEAST_HEADS,
        most=rules.MOST_HEADS,
        help_text=_("You count too. If fewer join, it stops and nobody pays."),
    )
    most = WholeNumberField(label=_("How many places are there?"), least=rules.LEAST_HEADS, most=rules.MOST_HEADS)

    def __init__(
        self,
        *args: Any,
        fewest: int = rules.LEAST_HEADS,
        fits: int = rules.MOST_HEADS,
        provider: str = "",
        taken: int = 0,
        **kwargs: Any,
    ) -> None:
        """`fewest` and `fits` are the provider's own bounds for a group; `taken` places have somebody already."""
        super().__init__(*args, **kwargs)
        self.fewest, self.fits, self.provider, self.taken = fewest, fits, provider, taken
        if fits < rules.MOST_HEADS:
            self.fields["most"].help_text = _("%(name)s takes from %(fewest)d to %(fits)d people.") % {
                "name": provider,
                "fewest": fewest,
                "fits": fits,
            }

    def clean_least(self) -> int:
        least = self.cleaned_data["least"]
        if least < self.fewest:
            raise ValidationError(
                _("%(name)s takes groups from %(fewest)d people. Type %(fewest)d or more.")
                % {"name": self.provider, "fewest": self.fewest}
            )
        return least

    def clean_most(self) -> int:
        most = self.cleaned_data["most"]
        if most > self.fits:
            raise ValidationError(
                _("%(name)s has room for %(fits)d people. Type %(fits)d or fewer.")
                % {"name": self.provider, "fits": self.fits}
            )
        if most < self.taken:
            raise ValidationError(
                _("%(taken)d places are taken already. Type %(taken)d or more."), params={"taken": self.taken}
            )
        return most

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        least, most = data.get("least"), data.get("most")
        if least and most and most < least:
            self.add_error("most", _("There are fewer places than people who have to join. Change one of the two."))
        return data


class DeadlineForm(Question):
    """Until when people can join. Cleans to `closes_at` as well."""

    title = _("By when do people have to join?")
    day = DateBoxesField(label=_("The last day to join"))
    at = ClockField(
        label=_("Until what time?"),
        help_text=_("For example, 6pm"),
        max_length=12,
        needed=_("Type a time such as 6pm."),
        widget=NARROW,
    )

    def __init__(self, *args: Any, now: datetime, latest: datetime, **kwargs: Any) -> None:
        """`latest`: the payments need some days before the first date."""
        super().__init__(*args, **kwargs)
        self.now, self.latest, self.latest_words = now, latest, until_words(latest)
        self.fields["day"].help_text = _(
            "At the latest %(latest)s. If somebody’s card does not work, they need some days to put it right."
        ) % {"latest": self.latest_words}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        day, at = data.get("day"), data.get("at")
        if day is None or at is None:
            return data
        try:
            closes_at = moment_of(day, at)
        except ClocksChange as error:
            self.add_error("at", error)
            return data
        if closes_at <= self.now:
            words = _("That time is over.") if day == timezone.localdate(self.now) else _("That day is over.")
            self.add_error("day", f"{words} " + str(_("Type a day and time to come.")))
        elif closes_at > self.latest:
            self.add_error("day", _("That is too late. Type %(latest)s or sooner.") % {"latest": self.latest_words})
        data["closes_at"] = closes_at
        return data


class PriceForm(Question):
    """How a provider who starts a group asks for money: one price to share, or so much each. Cleans to `price`."""

    title = _("What does it cost?")
    kind = forms.ChoiceField(
        label=_("How do people pay?"),
        choices=[
            ("shared", _("One price for all the dates, shared by everybody")),
            ("each", _("So much for each person")),
        ],
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    amount = PoundsField(label=_("How much is it?"), help_text=_("For all the dates together, with any VAT."))
    larger = WholeNumberField(
        label=_("Does each pay less in a larger group? From how many people?"),
        least=rules.LEAST_HEADS,
        most=rules.MOST_HEADS,
        required=False,
        help_text=_("Only where each person has a price. Leave both empty if it is always the same."),
    )
    less = PoundsField(label=_("How much does each pay then?"), required=False)

    def __init__(self, *args: Any, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.least, self.most = least, most

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        amount, larger, less = data.get("amount") or 0, data.get("larger"), data.get("less")
        if data["kind"] == "shared":
            if larger is not None or less is not None:
                self.add_error("larger", _("One shared price has no steps. Leave these two empty."))
            data["price"] = rules.Price(total_pence=amount)
        elif (larger is None) != (less is None):
            self.add_error("less" if less is None else "larger", _("Fill in both of these, or neither."))
        else:
            steps = [rules.Tier(self.least, amount), *([rules.Tier(larger, less)] if larger and less else [])]
            if less == 0:
                self.add_error("less", _("Type an amount above nothing, for example 7.50."))
            if larger is not None and larger <= self.least:
                self.add_error("larger", _("Type a number above the smallest group."))
            data["price"] = rules.Price(tiers=tuple(steps))
        if not self.errors:
            faults = rules.faults_of_price(data["price"], least=self.least, most=self.most)
            if faults:
                at = "less" if faults[0] is rules.Fault.TIERS_RISE else "amount"
                self.add_error(at, fault_words(faults[0]))
        return data


class HouseRulesForm(Question):
    """What everybody agrees to, in words that the organiser may change."""

    title = _("What do you agree with each other?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, (heading, words) in rules.HOUSE_RULES.items():
            self.fields[key] = ParagraphsField(
                label=heading,
                initial=words,
                max_length=LONGEST_RULE,
                needed=_("Write what you agree about this, or keep the words that were here."),
                widget=forms.Textarea({"rows": 3}),
            )


class OpenToForm(Question):
    title = _("Who may join?")
    visibility = forms.ChoiceField(
        label=title, choices=Visibility.choices, widget=forms.RadioSelect, error_messages=CHOOSE
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["visibility"].widget.choice_hints = {  # type: ignore[attr-defined]
            Visibility.INVITE: _("You send a link, a letter or a card. Nobody else sees the group."),
            Visibility.AREA: _("Neighbours see what it is and how many places are left, but not who is in it."),
        }


class StartForm(Question):
    """The last page before a group begins. `token` makes two presses one group."""

    token = forms.CharField(max_length=40, widget=forms.HiddenInput)
