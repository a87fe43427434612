"""One line of the price list, and the dates of a class."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.core.look.forms import DateBoxesField, PoundsField

from ...models import Offer, Unit
from .fields import ClockField, OnceField, QuestionForm, WholeNumberField, WordsField

FARTHEST = timedelta(days=730)
MOST_PLACES = 500


class OfferForm(QuestionForm):
    heading: ClassVar[str | Promise] = _("What do you offer, and for how much?")
    once = OnceField()
    title = WordsField(
        label=_("What is it?"),
        help_text=_("Such as “An hour in your garden” or “Tuesday lunch club”."),
        max_length=120,
        needed=_("Say what it is."),
    )
    details = WordsField(
        label=_("What does that include?"),
        help_text=_("Such as “I bring my own tools and take the cuttings away”."),
        max_length=400,
        required=False,
    )
    unit = forms.ChoiceField(
        label=_("How do you charge?"),
        choices=[
            (Unit.HOUR, _("By the hour")),
            (Unit.SESSION, _("By the session")),
            (Unit.DAY, _("By the day")),
            (Unit.WEEK, _("By the week")),
            (Unit.FIXED, _("One price for the whole job")),
            (Unit.FREE, _("It is free")),
            (Unit.ASK, _("It depends: people ask me first")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you charge."), "invalid_choice": _("Choose one of these.")},
    )
    price_pence = PoundsField(
        label=_("Price"),
        help_text=_("The whole price, with any VAT and travel. Leave it empty if it is free or people ask first."),
        required=False,
    )
    minutes = WholeNumberField(label=_("How many minutes does it take?"), least=5, most=1440, required=False)
    books_at_once = forms.BooleanField(
        label=_("It is a class or group with set dates and places. People book and pay at once."), required=False
    )
    group_price_pence = PoundsField(
        label=_("Price for a group that shares it"),
        help_text=_("The whole price for all of them together, if you offer that."),
        required=False,
    )
    group_least = WholeNumberField(label=_("Smallest group"), least=2, most=200, required=False)
    group_most = WholeNumberField(label=_("Largest group"), least=2, most=200, required=False)

    GROUP: ClassVar[tuple[str, ...]] = ("group_price_pence", "group_least", "group_most")

    @staticmethod
    def initial_for(offer: Offer) -> dict[str, Any]:
        names = ("title", "details", "unit", "price_pence", "minutes", "books_at_once", *OfferForm.GROUP)
        values = {name: getattr(offer, name) for name in names}
        return {**values, "price_pence": values["price_pence"] or None}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._clean_price(data)
        self._clean_group(data)
        if data.get("books_at_once") and data.get("unit") == Unit.ASK:
            self.add_error("unit", _("A class that people book at once needs a price, or is free."))
        return data

    def _clean_price(self, data: dict[str, Any]) -> None:
        unit = data.get("unit")
        if "price_pence" not in data or unit is None:
            return
        if unit == Unit.FREE:
            if data["price_pence"]:
                self.add_error("price_pence", _("You said it is free, so leave the price empty."))
            data["price_pence"] = 0
        elif unit == Unit.ASK:
            if data["price_pence"]:
                self.add_error("price_pence", _("You said people ask first, so leave the price empty."))
            data["price_pence"] = None
        elif not data["price_pence"]:
            self.add_error("price_pence", _("Type the price, for example 14 or 14.50."))

    def _clean_group(self, data: dict[str, Any]) -> None:
        if any(name not in data for name in self.GROUP):
            return
        price, least, most = (data[name] for name in self.GROUP)
        if price is None and least is None and most is None:
            return
        if not price:
            self.add_error("group_price_pence", _("Type the price for the group, or leave all three boxes empty."))
        if least is None:
            self.add_error("group_least", _("Type how many people at least."))
        if most is None:
            self.add_error("group_most", _("Type how many people at most."))
        if least is not None and most is not None and most < least:
            self.add_error("group_most", _("The largest group cannot be smaller than the smallest."))

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "once"}


class DateForm(QuestionForm):
    heading: ClassVar[str | Promise] = _("Add a date")
    day = DateBoxesField(label=_("Which day?"))
    at = ClockField(
        label=_("What time does it start?"),
        help_text=_("Such as 2.30pm."),
        max_length=12,
        needed=_("Type a time such as 2.30pm."),
        widget=forms.TextInput({"autocomplete": "off", "class": "nhsuk-input--width-5"}),
    )
    places = WholeNumberField(label=_("How many places?"), least=1, most=MOST_PLACES)

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        self.now = now
        super().__init__(*args, **kwargs)

    def clean_day(self) -> date:
        day = self.cleaned_data["day"]
        today = timezone.localdate(self.now)
        if day < today:
            raise forms.ValidationError(_("That day is over. Type a day to come."), code="past")
        if day > today + FARTHEST:
            raise forms.ValidationError(_("That is more than two years away. Check the year."), code="far")
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("day") and data.get("at") is not None:
            starts_at = timezone.make_aware(datetime.combine(data["day"], data["at"]))
            if starts_at <= self.now:
                self.add_error("at", _("That time is over. Type a time to come."))
            data["starts_at"] = starts_at
        return data
