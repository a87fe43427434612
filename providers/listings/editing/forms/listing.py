"""What we ask about a listing, one question a page. Words wait for the council; `facts` are in force at once."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ...models import Category, Doers, Listing, ListingPage, ReachKind
from .fields import OnceField, ParagraphsField, QuestionForm, WordsField, yes_or_no

Words = str | Promise
DAYS = [
    ("mon", _("Monday")),
    ("tue", _("Tuesday")),
    ("wed", _("Wednesday")),
    ("thu", _("Thursday")),
    ("fri", _("Friday")),
    ("sat", _("Saturday")),
    ("sun", _("Sunday")),
]
REACH_CHOICES = [
    (ReachKind.MILES, _("I go to people, some miles around")),
    (ReachKind.DISTRICTS, _("I go to people in certain council areas")),
    (ReachKind.COUNCIL, _("I go to people anywhere in my council’s area")),
    (ReachKind.VENUE, _("People come to a place")),
]
LANGUAGES = [
    "English",
    "British Sign Language",
    "Welsh",
    "Arabic",
    "Bengali",
    "Gujarati",
    "Polish",
    "Portuguese",
    "Punjabi",
    "Romanian",
    "Spanish",
    "Urdu",
]


class WordsForm(QuestionForm):
    """A question about the page. `fields_of_page` are the page's fields that it asks for and that comments stand at."""

    heading: ClassVar[Words] = ""
    fields_of_page: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, listing: Listing, page: ListingPage, **kwargs: Any) -> None:
        self.listing, self.page = listing, page
        super().__init__(*args, **{**kwargs, "initial": {**self.initial_words(), **(kwargs.get("initial") or {})}})

    def initial_words(self) -> dict[str, Any]:
        return {name: getattr(self.page, name) for name in self.fields_of_page}

    def words(self) -> dict[str, Any]:
        """The page's fields as they shall be."""
        return {name: self.cleaned_data[name] for name in self.fields_of_page}


class NameForm(WordsForm):
    heading = _("What is your page called?")
    fields_of_page = ("title", "who")
    title = WordsField(
        label=_("Name of the page"),
        help_text=_("Your name and what you do, such as “Sam Orchard, gardens and odd jobs”."),
        max_length=120,
        needed=_("Give your page a name."),
    )
    who = WordsField(
        label=_("Who comes?"),
        help_text=_("Such as “Sam works alone” or “One of four of us, always the same person”."),
        max_length=160,
        required=False,
    )

    def clean_title(self) -> str:
        title = self.cleaned_data["title"]
        if not any(letter.isalnum() for letter in title):
            raise ValidationError(_("Give your page a name with letters in it."), code="empty")
        return title


class NewListingForm(QuestionForm):
    """The first question; its answer makes the draft."""

    heading: ClassVar[Words] = NameForm.heading
    title = NameForm.base_fields["title"]
    who = NameForm.base_fields["who"]
    once = OnceField()
    clean_title = NameForm.clean_title


class SummaryForm(WordsForm):
    heading = _("What do you do, in a sentence or two?")
    fields_of_page = ("summary",)
    summary = ParagraphsField(
        label=heading,
        help_text=_("People read this first, in the list. Say what makes you worth asking. Up to 240 letters."),
        max_length=240,
        needed=_("Say in a sentence or two what you do."),
        widget=forms.Textarea({"rows": 4}),
    )


class AboutForm(WordsForm):
    heading = _("Tell people more, in your own words")
    fields_of_page = ("about",)
    about = ParagraphsField(
        label=heading,
        help_text=_("What you do and what you do not do, how you work, why you do it. Leave a line between thoughts."),
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 10}),
    )


class HelpForm(WordsForm):
    heading = _("What kinds of help do you give?")
    fields_of_page = ("categories",)
    categories = forms.ModelMultipleChoiceField(
        Category.objects.none(),
        label=heading,
        help_text=_("Choose all that you do. People can search by each of them."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one kind of help."),
            "invalid_choice": _("Choose from the list."),
            "invalid_pk_value": _("Choose from the list."),
        },
    )

    def __init__(self, *args: Any, kinds: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["categories"]
        field.queryset = kinds  # type: ignore[attr-defined]
        field.widget.choice_hints = {str(kind.pk): kind.hint for kind in kinds if kind.hint}  # type: ignore[attr-defined]

    def initial_words(self) -> dict[str, Any]:
        return {"categories": [kind.pk for kind in self.page.categories.all()]}

    def words(self) -> dict[str, Any]:
        return {"categories": list(self.cleaned_data["categories"])}


class WhereForm(WordsForm):
    heading = _("Where do you help people?")
    fields_of_page = ("reach_kind", "comes_to_you")
    reach_kind = forms.ChoiceField(
        label=heading,
        choices=REACH_CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one of these.")},
    )

    def initial_words(self) -> dict[str, Any]:
        known = "where" in self.listing.answered or self.page.base_postcode or self.page.venue_postcode
        return {"reach_kind": self.page.reach_kind if known else None}

    def words(self) -> dict[str, Any]:
        chosen = self.cleaned_data["reach_kind"]
        return {"reach_kind": chosen, "comes_to_you": chosen != ReachKind.VENUE}


class WhenForm(WordsForm):
    heading = _("When?")
    fields_of_page = ("when", "days")
    when = WordsField(
        label=_("In your words"),
        help_text=_("Such as “Weekdays, 9 to 5” or “Every second Tuesday, 2pm to 4pm”."),
        max_length=200,
        needed=_("Say when you can come, or when it is on."),
    )
    days = forms.MultipleChoiceField(
        label=_("On which days?"),
        choices=DAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the days of the week.")},
    )


class DoersForm(WordsForm):
    heading = _("Do men or women do the work?")
    fields_of_page = ("done_by",)
    done_by = forms.MultipleChoiceField(
        label=_("Who does the work"),
        help_text=_(
            "Some people want a woman, or a man, to help them wash or to come when they are alone. "
            "You do not have to say. People can still find you."
        ),
        choices=Doers.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose men, women or both, or leave it empty.")},
    )


class LanguagesForm(WordsForm):
    heading = _("Which languages can people speak with you?")
    fields_of_page = ("languages",)
    known = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=[(name, name) for name in LANGUAGES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list, or type it below.")},
    )
    others = WordsField(label=_("Others"), help_text=_("With a comma between them."), max_length=200, required=False)

    def initial_words(self) -> dict[str, Any]:
        spoken = self.page.languages or (["English"] if "languages" not in self.listing.answered else [])
        return {
            "known": [name for name in spoken if name in LANGUAGES],
            "others": ", ".join(name for name in spoken if name not in LANGUAGES),
        }

    def clean_others(self) -> list[str]:
        named = [part.strip()[:1].upper() + part.strip()[1:] for part in self.cleaned_data["others"].split(",")]
        return list(dict.fromkeys(name[:40] for name in named if any(letter.isalpha() for letter in name)))[:12]

    def words(self) -> dict[str, Any]:
        chosen = [name for name in LANGUAGES if name in self.cleaned_data["known"]]
        return {"languages": chosen + [name for name in self.cleaned_data["others"] if name not in chosen]}


class PhotoForm(WordsForm):
    """The file is cleaned by the service; a photo that is there already may be kept or taken off."""

    heading = _("A photo of you, or of what you do")
    conditional = frozenset(["photo_alt"])
    fields_of_page = ("photo", "photo_alt")
    photo = forms.FileField(
        label=_("Photo"),
        help_text=_(
            "From your phone or camera, up to 15 MB. We take out where it was taken. "
            "Ask before you show somebody’s face or home."
        ),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput({"accept": "image/*,.heic,.heif"}),
        error_messages={"invalid": _("Choose the photo again."), "missing": _("Choose the photo again.")},
    )
    photo_alt = WordsField(
        label=_("What does it show?"),
        help_text=_("For people who cannot see it. Such as “Sam trimming a hedge, with shears and a green hat”."),
        max_length=160,
        required=False,
    )
    remove = forms.BooleanField(label=_("Take the photo off my page"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.page.photo_id is None:
            del self.fields["remove"]

    def initial_words(self) -> dict[str, Any]:
        return {"photo_alt": self.page.photo_alt}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        shown = data.get("photo") or (self.page.photo_id and not data.get("remove"))
        if shown and "photo_alt" in data and not data["photo_alt"]:
            self.add_error("photo_alt", _("Say what the photo shows, for people who cannot see it."))
        return data

    def words(self) -> dict[str, Any]:
        """Without the file itself: the view stores that first."""
        if self.cleaned_data.get("remove") and not self.cleaned_data["photo"]:
            return {"photo": None, "photo_alt": ""}
        return {"photo_alt": self.cleaned_data["photo_alt"]}


class PayingForm(WordsForm):
    heading = _("Can people pay you with a direct payment?")
    takes_direct_payments = yes_or_no(
        heading,
        _("Say whether you take direct payments."),
        help_text=_(
            "A direct payment is money that the council gives somebody to arrange their own support. They pay you as "
            "anybody does, and may ask for a receipt."
        ),
    )

    def initial_words(self) -> dict[str, Any]:
        known = "paying" in self.listing.answered or self.listing.takes_direct_payments
        return {"takes_direct_payments": ("yes" if self.listing.takes_direct_payments else "no") if known else None}

    def facts(self) -> dict[str, Any]:
        return {"takes_direct_payments": self.cleaned_data["takes_direct_payments"]}


class ChangesForm(WordsForm):
    heading = _("What if somebody changes their mind?")
    fields_of_page = ("changing_your_mind",)
    changing_your_mind = ParagraphsField(
        label=heading,
        help_text=_("Such as “Tell me the day before and you pay nothing”. The law gives people 14 days in any case."),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
