"""What we ask somebody who gives help about themselves, one question a page. Every answer is in force at once."""

from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.core import geo
from marketplace.core.look.forms import DateBoxesField
from marketplace.people.models import Council

from ...models import LegalForm, Provider, VatStatus
from .fields import OnceField, ParagraphsField, PostcodeField, QuestionForm, WholeNumberField, WordsField

Words = str | Promise


class CouncilForm(QuestionForm):
    """Which council looks after the page: found from a postcode, or chosen."""

    postcode = PostcodeField(
        label=_("The postcode you start from"),
        help_text=_("We only use it to find your council. It is not shown or kept."),
        required=False,
    )
    council = forms.ModelChoiceField(
        Council.objects.all(),
        to_field_name="slug",
        label=_("Or choose your council"),
        required=False,
        empty_label=_("Find it from my postcode"),
        error_messages={"invalid_choice": _("Choose a council from the list.")},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("council") or self.errors:
            return data
        if not data.get("postcode"):
            raise ValidationError(_("Type your postcode, or choose your council."))
        found = geo.understand(data["postcode"])
        code = found.la_code if isinstance(found, geo.Place) else None
        data["council"] = next((each for each in Council.objects.all() if code in each.area_codes), None)
        if data["council"] is None:
            self.add_error("postcode", _("No council near that postcode uses this site yet. Choose one from the list."))
        return data


class NameForm(QuestionForm):
    heading: ClassVar[Words] = _("What are you called?")
    name = WordsField(
        label=heading,
        help_text=_("Your own name if you work for yourself, or the name of your group or business."),
        max_length=200,
        needed=_("Type your name, or the name of your group."),
    )

    @staticmethod
    def initial_for(provider: Provider) -> dict[str, Any]:
        return {"name": provider.name}

    def facts(self) -> dict[str, Any]:
        return {"name": self.cleaned_data["name"]}


class NewProviderForm(NameForm):
    once = OnceField()


class SetUpForm(QuestionForm):
    heading: ClassVar[Words] = _("How are you set up?")
    legal_form = forms.ChoiceField(
        label=_("How are you set up?"),
        choices=LegalForm.choices,
        widget=forms.RadioSelect,
        help_text=_("We show this on your page, so that people know whom they deal with."),
        error_messages={"required": _("Choose how you are set up."), "invalid_choice": _("Choose one of these.")},
    )

    @staticmethod
    def initial_for(provider: Provider) -> dict[str, Any]:
        return {"legal_form": provider.legal_form if "legal" in provider.answered else None}

    def facts(self) -> dict[str, Any]:
        return {"legal_form": self.cleaned_data["legal_form"]}


class PeopleForm(QuestionForm):
    heading: ClassVar[Words] = _("How many people work with you?")
    people_working = WholeNumberField(
        label=_("People, with you, paid or not"),
        least=1,
        most=5000,
        needed=_("Type how many people work with you. If it is only you, type 1."),
    )
    full_time = WordsField(
        label=_("How many full-time people would that make?"),
        help_text=_("Two people who each work half the week make 1. If you work one day a week, type 0.2."),
        max_length=8,
        needed=_("Type a number such as 1 or 1.5."),
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "class": "nhsuk-input--width-4"}),
    )

    @staticmethod
    def initial_for(provider: Provider) -> dict[str, Any]:
        return {"people_working": provider.people_working, "full_time": f"{Decimal(provider.fte_tenths) / 10:g}"}

    def clean_full_time(self) -> int:
        """Tenths of a full-time worker."""
        try:
            tenths = Decimal(self.cleaned_data["full_time"].replace(",", ".")) * 10
        except InvalidOperation as error:
            raise ValidationError(_("Type a number such as 1 or 1.5."), code="invalid") from error
        if not tenths.is_finite() or not 1 <= tenths <= 10000:
            raise ValidationError(_("Type a number from 0.1 to 1000."), code="invalid")
        return int(tenths.to_integral_value())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        people, tenths = data.get("people_working"), data.get("full_time")
        if people and tenths and tenths > people * 10:
            self.add_error("full_time", _("That is more than the people you have. Check both numbers."))
        return data

    def facts(self) -> dict[str, Any]:
        return {"people_working": self.cleaned_data["people_working"], "fte_tenths": self.cleaned_data["full_time"]}


class CareForm(QuestionForm):
    heading: ClassVar[Words] = _("Do you give personal care?")
    conditional = frozenset(["cqc_id"])
    care = forms.ChoiceField(
        label=_("What we mean by personal care"),
        choices=[
            ("no", _("No")),
            ("cqc", _("Yes, and we are registered with the Care Quality Commission (CQC)")),
            ("directed", _("Yes. I work alone, and the person I help tells me what to do")),
        ],
        widget=forms.RadioSelect,
        help_text=_(
            "Helping somebody’s body: eating and drinking, washing, dressing, using the toilet, caring for skin, hair, "
            "nails or teeth. In England the law says who may give it."
        ),
        error_messages={"required": _("Say whether you give personal care."), "invalid_choice": _("Choose one.")},
    )
    cqc_id = WordsField(
        label=_("CQC provider number, if you are registered"),
        help_text=_("It looks like 1-101234567 and stands on your certificate."),
        max_length=20,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "class": "nhsuk-input--width-10"}),
    )

    @staticmethod
    def initial_for(provider: Provider) -> dict[str, Any]:
        chosen = "cqc" if provider.cqc_id else "directed" if provider.directed_by_person else "no"
        known = "care" in provider.answered or chosen != "no"
        return {"care": chosen if known else None, "cqc_id": provider.cqc_id}

    def clean_cqc_id(self) -> str:
        number = self.cleaned_data["cqc_id"].replace(" ", "")
        tail = number.removeprefix("1-")
        if number and not (number.startswith("1-") and tail.isascii() and tail.isdigit() and 6 <= len(tail) <= 12):
            raise ValidationError(_("A CQC number looks like 1-101234567. Check yours."), code="invalid")
        return number

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("care") == "cqc" and "cqc_id" in data and not data["cqc_id"]:
            self.add_error("cqc_id", _("Type your CQC provider number."))
        return data

    def facts(self) -> dict[str, Any]:
        chosen = self.cleaned_data["care"]
        return {
            "cqc_id": self.cleaned_data["cqc_id"] if chosen == "cqc" else "",
            "directed_by_person": chosen == "directed",
        }


class InsuranceForm(QuestionForm):
    heading: ClassVar[Words] = _("Are you insured?")
    conditional = frozenset(["insurer", "insured_pounds", "insured_until"])
    insured = forms.ChoiceField(
        label=_("Public liability insurance"),
        choices=[("yes", _("Yes")), ("no", _("Not yet"))],
        widget=forms.RadioSelect,
        help_text=_("It pays if somebody is hurt or something is broken. The council will ask to see the certificate."),
        error_messages={"required": _("Say whether you are insured."), "invalid_choice": _("Choose yes or not yet.")},
    )
    insurer = WordsField(label=_("If yes: who insures you?"), max_length=120, required=False)
    insured_pounds = WordsField(
        label=_("If yes: for how much?"),
        help_text=_("In whole pounds, for example 5,000,000."),
        max_length=15,
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "nhsuk-input--width-10"}),
    )
    insured_until = DateBoxesField(label=_("If yes: until which day?"), required=False)

    @staticmethod
    def initial_for(provider: Provider) -> dict[str, Any]:
        known = "insurance" in provider.answered or provider.insurer
        return {
            "insured": ("yes" if provider.insurer else "no") if known else None,
            "insurer": provider.insurer,
            "insured_pounds": f"{provider.insured_pounds:,}" if provider.insured_pounds else "",
            "insured_until": provider.insured_until,
        }

    def clean_insured_pounds(self) -> int | None:
        typed = self.cleaned_data["insured_pounds"].replace("£", "").replace(",", "").replace(" ", "")
        if not typed:
            return None
        if not (typed.isascii() and typed.isdigit() and 1 <= int(typed) <= 1_000_000_000):
            raise ValidationError(_("Type whole pounds, for example 5,000,000."), code="invalid")
        return int(typed)

    def clean_insured_until(self) -> Any:
        until = self.cleaned_data["insured_until"]
        if until and not 2000 <= until.year <= 2100:
            raise ValidationError(_("Check the year."), code="invalid")
        return until

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("insured") == "yes":
            if "insurer" in data and not data["insurer"]:
                self.add_error("insurer", _("Type the name of the company that insures you."))
            if "insured_until" in data and not data["insured_until"]:
                self.add_error("insured_until", _("Type the day it runs out. It is on the certificate."))
        return data

    def facts(self) -> dict[str, Any]:
        if self.cleaned_data["insured"] == "no":
            return {"insurer": "", "insured_pounds": None, "insured_until": None}
        return {name: self.cleaned_data[name] for name in ("insurer", "insured_pounds", "insured_until")}


class VatForm(QuestionForm):
    heading: ClassVar[Words] = _("Do you charge VAT?")
    vat = forms.ChoiceField(
        label=_("Do you charge VAT?"),
        choices=VatStatus.choices,
        widget=forms.RadioSelect,
        help_text=_("Most people who work for themselves are not registered. Prices here are always the whole price."),
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one of these.")},
    )

    @staticmethod
    def initial_for(provider: Provider) -> dict[str, Any]:
        return {"vat": provider.vat}

    def facts(self) -> dict[str, Any]:
        return {"vat": self.cleaned_data["vat"]}


class ContactForm(QuestionForm):
    heading: ClassVar[Words] = _("How do people reach you?")
    contact_name = WordsField(label=_("Whom do they ask for?"), max_length=120, needed=_("Type a name."))
    phone = WordsField(
        label=_("Phone"),
        help_text=_("Your page shows it."),
        max_length=40,
        required=False,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("We write to you here. Your page shows it only if you give no phone number."),
        max_length=254,
        required=False,
        error_messages={"invalid": _("That is not an e-mail address. Check it, for example sam@example.org.")},
        widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false"}),
    )
    website = forms.URLField(
        label=_("Web page"),
        max_length=200,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("That is not a web address. Check it, for example www.example.org.")},
        widget=forms.TextInput({"autocomplete": "url", "inputmode": "url", "spellcheck": "false"}),
    )

    @staticmethod
    def initial_for(provider: Provider) -> dict[str, Any]:
        return {name: getattr(provider, name) for name in ("contact_name", "phone", "email", "website")}

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"]
        if phone and sum(letter.isascii() and letter.isdigit() for letter in phone) < 6:
            raise ValidationError(_("That is not a whole phone number. Check it."), code="invalid")
        return phone

    def clean_website(self) -> str:
        address = self.cleaned_data["website"]
        if address and not address.startswith(("http://", "https://")):
            raise ValidationError(_("A web address begins with https://"), code="invalid")
        return address

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("phone") and not data.get("email"):
            raise ValidationError(_("Give a phone number or an e-mail address."))
        return data

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("contact_name", "phone", "email", "website")}


class ComplaintsForm(QuestionForm):
    heading: ClassVar[Words] = _("What should somebody do who is not happy?")
    complaints = ParagraphsField(
        label=heading,
        help_text=_("If you leave this empty we say: tell you first, and if that does not help, tell the council."),
        max_length=600,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )

    @staticmethod
    def initial_for(provider: Provider) -> dict[str, Any]:
        return {"complaints": provider.complaints}

    def facts(self) -> dict[str, Any]:
        return {"complaints": self.cleaned_data["complaints"]}


QUESTIONS: dict[str, Any] = {
    "name": NameForm,
    "legal": SetUpForm,
    "people": PeopleForm,
    "care": CareForm,
    "insurance": InsuranceForm,
    "vat": VatForm,
    "contact": ContactForm,
    "complaints": ComplaintsForm,
}
