"""What a council, or whoever holds money for somebody, types about it."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.core.look.forms import DateBoxesField, PoundsField
from marketplace.core.look.words import uk_date_full
from marketplace.core.text import tidy

from ..models import Rule
from .shape import CHOOSE, Choices


def last_day(typed: date | None, *, today: date, latest: date) -> date:
    """The last day of a standing yes as typed, or the latest there may be. Raises ValidationError."""
    if typed is None:
        return latest
    if typed < today:
        raise ValidationError(_("That day has passed. Type today or a later day."))
    if typed > latest:
        raise ValidationError(_("The latest day is %(day)s.") % {"day": uk_date_full(latest)})
    return typed


class AnswerForm(forms.Form):
    """A yes needs no words; a no needs a reason. A yes to help that comes again and again has a last day."""

    until = DateBoxesField(label=_("Until which day do you say yes?"), required=False)
    words = forms.CharField(
        label=_("A few words for them"),
        max_length=400,
        required=False,
        help_text=_("If you say no, say why. They read this."),
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args, pressed: str, today: date, latest: date | None = None, **kwargs) -> None:
        """`pressed` is the button: yes or no. `latest` is the last day that is asked for, where there is one."""
        super().__init__(*args, **kwargs)
        self.pressed, self.is_no, self.today, self.latest = pressed, pressed == "no", today, latest
        if latest is None:
            del self.fields["until"]
        else:
            words = _("At the latest %(day)s. Leave it empty for that day. You can take the yes back later.")
            self.fields["until"].help_text = words % {"day": uk_date_full(latest)}

    def clean(self) -> dict:
        if self.pressed not in {"yes", "no"}:
            raise ValidationError(_("Press one of the two buttons."))
        return super().clean() or {}

    def clean_until(self) -> date | None:
        typed = self.cleaned_data["until"]
        if self.latest is None or self.is_no:
            return None
        return last_day(typed, today=self.today, latest=self.latest)

    def clean_words(self) -> str:
        words = tidy(self.cleaned_data["words"])
        if self.is_no and not words:
            raise ValidationError(_("Write why not. One sentence will do."))
        return words


class EndYesForm(forms.Form):
    """A standing yes that ends earlier, or at once; they learn why."""

    until = DateBoxesField(label=_("Until which day shall it hold?"), required=False)
    words = forms.CharField(
        label=_("Why does it end?"),
        max_length=400,
        help_text=_("One sentence will do. The person, who helps them and the provider read this."),
        error_messages={"required": _("Write why. One sentence will do.")},
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args, pressed: str, today: date, latest: date, **kwargs) -> None:
        """`pressed` is the button: until or now."""
        super().__init__(*args, **kwargs)
        self.at_once, self.today, self.latest = pressed == "now", today, latest
        words = _("At the latest %(day)s. What happened until then is still paid.")
        self.fields["until"].help_text = words % {"day": uk_date_full(latest)}

    def clean_until(self) -> date:
        typed = self.cleaned_data["until"]
        if self.at_once:
            return self.today
        if typed is None:
            raise ValidationError(_("Type the last day."))
        return last_day(typed, today=self.today, latest=self.latest)

    def clean_words(self) -> str:
        return tidy(self.cleaned_data["words"])


class ExemptionForm(forms.Form):
    """A council’s decision in one case."""

    email = forms.EmailField(label=_("The person’s e-mail address"), max_length=254)
    rule = forms.ChoiceField(
        label=_("Which rule?"), choices=Rule.choices, widget=forms.RadioSelect, error_messages={"required": CHOOSE}
    )
    provider = forms.CharField(
        label=_("For which provider?"),
        max_length=200,
        required=False,
        help_text=_("Their name, as it stands on this site. Leave it empty for every provider of a kind of help."),
    )
    category = forms.ChoiceField(
        label=_("For which kind of help?"), required=False, help_text=_("Leave it for every kind of help they give.")
    )
    reason = forms.CharField(
        label=_("Why is it necessary?"),
        max_length=400,
        help_text=_("The person can read this. Nothing about their health."),
        widget=forms.Textarea({"rows": 3}),
    )
    until = DateBoxesField(label=_("Until which day?"), required=False, help_text=_("Leave it empty for no last day."))

    def __init__(self, *args, kinds: Choices, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("Every kind of help")), *kinds]  # type: ignore[attr-defined]

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if not cleaned.get("provider") and not cleaned.get("category") and "provider" not in self.errors:
            self.add_error("provider", _("Name a provider, or choose a kind of help below."))
        return cleaned


class CouncilBudgetForm(forms.Form):
    """A budget set up by the council."""

    email = forms.EmailField(label=_("The person’s e-mail address"), max_length=254)
    source = forms.ChoiceField(
        label=_("What kind of budget is it?"),
        choices=[
            ("direct_payment", _("Direct payment")),
            ("isf", _("Individual service fund")),
            ("council_managed", _("Looked after by the council")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE},
    )
    starts_on = DateBoxesField(label=_("The first day"))
    ends_on = DateBoxesField(label=_("The last day"))
    allocated = PoundsField(label=_("What the council pays for the whole time"))
    contributed = PoundsField(label=_("What the person adds"), required=False)
    outcomes = forms.CharField(
        label=_("What is it for?"),
        max_length=1500,
        required=False,
        help_text=_("From the care plan, in the person’s words, one on each line."),
        widget=forms.Textarea({"rows": 4}),
    )
    holder = forms.CharField(
        label=_("Who holds the fund?"),
        max_length=200,
        required=False,
        help_text=_("Only for an individual service fund: the provider’s name."),
    )
    nominated = forms.EmailField(
        label=_("Who looks after the money for them?"),
        max_length=254,
        required=False,
        help_text=_("Their e-mail address. They cannot be paid from it. Leave it empty for nobody."),
    )


class SheetForm(forms.Form):
    sheet = forms.FileField(
        label=_("The spreadsheet"),
        help_text=_("An XLSX file. Its first line names the columns."),
        error_messages={"required": _("Choose a file first."), "empty": _("That file is empty. Choose another.")},
    )


class CouncilMoneyForm(forms.Form):
    surplus_weeks = forms.IntegerField(
        label=_("Weeks of unspent money before we mention it"), min_value=1, max_value=52
    )
    answer_days = forms.IntegerField(label=_("Days in which you answer a request"), min_value=1, max_value=60)
    reinvest_percent = forms.IntegerField(
        label=_("Percent of a saving that a group may decide about"),
        help_text=_(
            "What people save with your money by buying together stays in their budgets. Leave it empty for that."
        ),
        min_value=0,
        max_value=100,
        required=False,
    )
    retention_years = forms.IntegerField(
        label=_("Years for which receipts are kept"),
        min_value=1,
        max_value=20,
        help_text=_("Seven is usual."),
    )
    own_services = forms.CharField(
        label=_("Your own services"),
        max_length=4000,
        required=False,
        help_text=_(
            "Providers that are the council itself, one name on each line. A direct payment cannot buy from them."
        ),
        widget=forms.Textarea({"rows": 4}),
    )

    def clean_reinvest_percent(self) -> int:
        return self.cleaned_data["reinvest_percent"] or 0
