"""A council's own facts, its kinds of help and its staff."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.core import geo
from marketplace.core.look.art import objects
from marketplace.people.models import Council, CouncilRole
from providers.listings.editing.forms.fields import ParagraphsField, QuestionForm, WholeNumberField, WordsField
from providers.listings.models import DirectPaymentRule
from providers.listings.rules import micro_limit

from .. import rules
from ..models import CheckKind

PHONE = forms.TextInput({"inputmode": "tel", "autocomplete": "off"})


class ColourField(WordsField):
    """One colour, as #74274b."""

    def clean(self, value: Any) -> str:
        typed = super().clean(value).lower()
        if typed and not typed.startswith("#"):
            typed = f"#{typed}"
        if not re.fullmatch(r"#[0-9a-f]{6}", typed):
            raise ValidationError(_("Write a colour as # and six letters or numbers, such as #74274b."))
        return typed


class AreasField(ParagraphsField):
    """Local authorities, one a line or with commas, by name or code; cleaned to a list of codes."""

    def clean(self, value: Any) -> list[str]:
        known = geo.la_codes()
        by_name = {name.casefold(): code for code, name in known.items()}
        codes: list[str] = []
        strange: list[str] = []
        for word in re.split(r"[\n,;]+", super().clean(value)):
            typed = word.strip()
            if not typed:
                continue
            code = typed.upper() if typed.upper() in known else by_name.get(typed.casefold())
            (codes if code else strange).append(code or typed)
        if strange:
            raise ValidationError(
                _("We do not know %(areas)s. Write a council’s name or its code, such as Somerset or E06000066.")
                % {"areas": ", ".join(f"“{word}”" for word in strange[:5])}
            )
        return list(dict.fromkeys(codes))


class CouncilSettingsForm(QuestionForm):
    """What a council sets for itself. Standards may be stricter than the national ones, never weaker."""

    name = WordsField(label=_("Name"), max_length=120, needed=_("Type the council’s name."))
    colour = ColourField(
        label=_("Colour"),
        max_length=9,
        help_text=_("One colour, such as #74274b. We make it light or dark enough to read."),
    )
    help_phone = WordsField(
        label=_("Phone number for help"), max_length=30, widget=PHONE, needed=_("Type a phone number.")
    )
    help_hours = WordsField(label=_("When somebody answers"), max_length=120, needed=_("Say when somebody answers."))
    help_email = forms.EmailField(label=_("E-mail address for help"), required=False)
    concern_phone = WordsField(
        label=_("Phone number when somebody is worried"), max_length=30, widget=PHONE, needed=_("Type a phone number.")
    )
    concern_hours = WordsField(label=_("When that is answered"), max_length=120, needed=_("Say when it is answered."))
    required = forms.MultipleChoiceField(
        label=_("Checks that everybody needs"),
        choices=CheckKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("When one of these runs out, the listings are hidden until the new one has been seen."),
    )
    max_fte = WholeNumberField(
        label=_("At most how many full-time people may a very small business have?"),
        least=1,
        most=99,
        needed=_("Type a number."),
        help_text=_("The national limit is 8. You can set fewer."),
    )

    def __init__(self, *args: Any, council: Council | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.council = council

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        same = Council.objects.filter(name__iexact=name)
        if self.council is not None:
            same = same.exclude(pk=self.council.pk)
        if same.exists():
            raise ValidationError(_("There is a council with that name already."))
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        required, fte = data.get("required") or [], data.get("max_fte")
        for words in rules.standards_troubles(required, 1):
            self.add_error("required", words)
        if fte is not None:
            for words in rules.standards_troubles(list(CheckKind.values), fte):
                self.add_error("max_fte", words)
        return data

    @property
    def facts(self) -> dict[str, Any]:
        """What was typed, as Council's own fields."""
        facts = {name: value for name, value in self.cleaned_data.items() if name not in {"required", "max_fte"}}
        standards = {"required": sorted(self.cleaned_data["required"]), "max_fte": self.cleaned_data["max_fte"]}
        return {**facts, "standards": standards}

    @staticmethod
    def initial_of(council: Council) -> dict[str, Any]:
        names = ("name", "colour", "help_phone", "help_hours", "help_email", "concern_phone", "concern_hours")
        return {
            **{name: getattr(council, name) for name in names},
            "required": sorted(rules.required_kinds(council.standards)),
            "max_fte": micro_limit(council.standards),
        }


class NewCouncilForm(CouncilSettingsForm):
    """The national operator makes room for a council."""

    slug = WordsField(
        label=_("Short name for its address"),
        max_length=60,
        needed=_("Type a short name."),
        help_text=_("Small letters, numbers and hyphens, such as quantock."),
    )
    area_codes = AreasField(
        label=_("Which council areas?"),
        max_length=2000,
        needed=_("Type at least one council area."),
        help_text=_("One a line, by name or code: Somerset, or E06000066."),
        widget=forms.Textarea({"rows": 3}),
    )
    welcome = WordsField(label=_("A sentence of welcome"), max_length=400, required=False)
    field_order = ["name", "slug", "area_codes", "welcome", "colour"]

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"].lower()
        if not re.fullmatch(r"[a-z][a-z0-9-]{1,59}", slug):
            raise ValidationError(_("Use small letters, numbers and hyphens, and begin with a letter."))
        return slug

    @staticmethod
    def beginning() -> dict[str, Any]:
        """What most councils begin with."""
        return {
            "colour": "#74274b",
            "help_hours": _("Monday to Friday, 9 to 5"),
            "concern_hours": _("day or night"),
            "required": sorted(rules.required_kinds({})),
            "max_fte": micro_limit({}),
        }


class StaffForm(QuestionForm):
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("They need an account with this address first."),
        error_messages={
            "required": _("Type an e-mail address."),
            "invalid": _("Type an e-mail address, such as name@example.org."),
        },
    )
    role = forms.ChoiceField(
        label=_("What do they do?"),
        choices=CouncilRole.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what they do.")},
    )


class KindForm(QuestionForm):
    """A kind of help of a council's own."""

    name = WordsField(label=_("Name"), max_length=80, needed=_("Type a name, in the words people use."))
    hint = WordsField(label=_("A few words more"), max_length=160, required=False)
    art = forms.ChoiceField(label=_("Drawing"), choices=[])
    direct_payment = forms.ChoiceField(
        label=_("Can a direct payment buy it?"), choices=DirectPaymentRule.choices, widget=forms.RadioSelect
    )
    personal_care = forms.BooleanField(
        label=_("This is personal care: washing, dressing, eating, the toilet"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["art"].choices = [(name, name) for name in objects()]  # type: ignore[attr-defined]
