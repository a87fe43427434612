"""Where the help reaches: what is asked depends on the answer to the question before."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from marketplace.core import geo
from marketplace.core.text import one_line

from ...models import ReachKind
from ...models.page import REACHES
from .fields import ParagraphsField, PostcodeField, WordsField, yes_or_no
from .listing import WordsForm

MOST_DISTRICTS = 20


class FromHereForm(WordsForm):
    """Where somebody starts from: never shown nearer than a kilometre when it is a home."""

    heading = _("Where do you start from?")
    fields_of_page: ClassVar[tuple[str, ...]] = ("base_postcode", "base_is_home")
    base_postcode = PostcodeField(
        label=_("Postcode where you start"),
        help_text=_("People never see it. We use it to work out who is near you."),
        needed=_("Type the postcode you start from."),
    )
    base_is_home = yes_or_no(
        _("Is that somebody’s home?"),
        _("Say whether that is a home."),
        help_text=_("If it is, the map only shows the square kilometre around it."),
    )

    def initial_words(self) -> dict[str, Any]:
        return {
            **super().initial_words(),
            "base_is_home": "yes" if self.page.base_is_home else "no",
        }


class MilesForm(FromHereForm):
    heading = _("How far will you travel?")
    fields_of_page = ("reach_miles", "base_postcode", "base_is_home")
    reach_miles = forms.TypedChoiceField(
        label=_("How far?"),
        choices=[(str(miles), ngettext("%d mile", "About %d miles", miles) % miles) for miles in REACHES],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how far you travel."), "invalid_choice": _("Choose one of these.")},
    )
    field_order = ["base_postcode", "base_is_home", "reach_miles"]


class DistrictsForm(FromHereForm):
    heading = _("Which areas do you go to?")
    fields_of_page = ("reach_districts", "base_postcode", "base_is_home")
    conditional = frozenset(["near"])
    near = forms.MultipleChoiceField(
        label=_("Areas of your council"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list, or type it below.")},
    )
    others = ParagraphsField(
        label=_("Other council areas"),
        help_text=_("One on each line, such as Dorset."),
        max_length=800,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    field_order = ["near", "others", "base_postcode", "base_is_home"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["near"].choices = [(code, geo.la_name(code) or code) for code in self._own()]  # type: ignore[attr-defined]

    def _own(self) -> list[str]:
        return list(self.listing.council.area_codes)

    def initial_words(self) -> dict[str, Any]:
        own = self._own()
        elsewhere = [geo.la_name(code) or "" for code in self.page.reach_districts if code not in own]
        return {
            **super().initial_words(),
            "near": [code for code in self.page.reach_districts if code in own],
            "others": "\n".join(elsewhere),
        }

    def clean_others(self) -> list[str]:
        """Codes of the areas named."""
        by_name = {name.casefold(): code for code, name in geo.la_codes().items()}
        named = [one_line(line) for line in self.cleaned_data["others"].replace(",", "\n").split("\n")]
        unknown = [name for name in named if name and name.casefold() not in by_name]
        if unknown:
            raise ValidationError(
                _("We do not know a council area called “%(name)s”. Check how it is spelt."),
                code="unknown",
                params={"name": unknown[0][:60]},
            )
        return [by_name[name.casefold()] for name in named if name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["reach_districts"] = list(dict.fromkeys([*data.get("near", []), *data.get("others", [])]))
        if "near" in data and "others" in data and not data["reach_districts"]:
            self.add_error("near", _("Choose at least one area."))
        if len(data["reach_districts"]) > MOST_DISTRICTS:
            self.add_error("others", _("Choose 20 areas or fewer."))
        return data


class VenueForm(WordsForm):
    heading = _("Where do people come to?")
    fields_of_page = ("venue_name", "venue_address", "venue_postcode", "accessible_venue")
    venue_name = WordsField(
        label=_("Name of the place"),
        help_text=_("Such as “Wiveliscombe Community Centre”."),
        max_length=120,
        needed=_("Type what the place is called."),
    )
    venue_address = WordsField(label=_("Street and town"), max_length=240, required=False)
    venue_postcode = PostcodeField(label=_("Postcode of the place"), needed=_("Type the postcode of the place."))
    accessible_venue = yes_or_no(
        _("Can somebody get in without steps?"),
        _("Say whether somebody can get in without steps."),
        help_text=_("From the street to the room, and to a toilet."),
    )

    def initial_words(self) -> dict[str, Any]:
        known = "place" in self.listing.answered or self.page.accessible_venue
        return {
            **super().initial_words(),
            "accessible_venue": ("yes" if self.page.accessible_venue else "no") if known else None,
        }


PLACES: dict[str, type[WordsForm]] = {
    ReachKind.MILES.value: MilesForm,
    ReachKind.DISTRICTS.value: DistrictsForm,
    ReachKind.COUNCIL.value: FromHereForm,
    ReachKind.VENUE.value: VenueForm,
}
