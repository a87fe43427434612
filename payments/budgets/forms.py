"""What people type about their money; one question a form where one will do. Nothing here reads the database."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.core.look.forms import DateBoxesField, PoundsField
from marketplace.core.money import pounds
from marketplace.core.text import one_line, tidy

from .models import Budget, Method, Outcome, Relation, Rule
from .services.keeping import MOST_BYTES
from .states import Source

LONGEST = timedelta(days=3 * 366)
CHOOSE = _("Choose one.")
NO_OUTCOME = _("Write at least one line. Money from the council is always for something.")
Choices = Sequence[tuple[object, object]]


class SourceForm(forms.Form):
    title = _("Where does the money come from?")
    source = forms.ChoiceField(
        label=title, choices=Source.choices, widget=forms.RadioSelect, error_messages={"required": CHOOSE}
    )


class PeriodForm(forms.Form):
    title = _("From which day to which day?")
    starts_on = DateBoxesField(label=_("The first day"), help_text=_("For example, 6 4 2026"))
    ends_on = DateBoxesField(label=_("The last day"), help_text=_("Often a year later, for example 5 4 2027"))

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day comes before the first. Check both."))
        elif first and last and last - first > LONGEST:
            self.add_error("ends_on", _("That is more than three years. Check the years."))
        return cleaned


class AmountForm(forms.Form):
    title = _("How much is it for that time?")
    allocated = PoundsField(label=_("What you are given"), help_text=_("For the whole time, not for each week."))
    contributed = PoundsField(
        label=_("What you add yourself"),
        required=False,
        help_text=_("If the council asks you to pay a part, or you want to. Leave it empty if not."),
    )

    def clean_allocated(self) -> int:
        pence = self.cleaned_data["allocated"]
        if not pence:
            raise ValidationError(_("Type more than nothing, for example 1560."))
        return pence


class OutcomesForm(forms.Form):
    title = _("What is it for?")
    outcomes = forms.CharField(
        label=title,
        max_length=1500,
        required=False,
        help_text=_("In your own words, one on each line. For example: “I get to the garden club on Thursdays.”"),
        widget=forms.Textarea({"rows": 5}),
        error_messages={"required": NO_OUTCOME},
    )

    def __init__(self, *args, required: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcomes"].required = required  # or the question would be called optional

    def clean_outcomes(self) -> str:
        lines = [one_line(line)[:200] for line in tidy(self.cleaned_data["outcomes"]).splitlines() if line.strip()]
        if self.fields["outcomes"].required and not lines:
            raise ValidationError(NO_OUTCOME)
        return "\n".join(lines[:10])


class WhoForm(forms.Form):
    """The last question: who stands behind the money, and when it is looked at."""

    title = _("Who looks at it with you?")
    council = forms.ChoiceField(label=_("Which council pays it?"), error_messages={"required": CHOOSE})
    holder = forms.CharField(
        label=_("Who holds the fund for you?"), max_length=200, help_text=_("Their name, as it stands on this site.")
    )
    review_on = DateBoxesField(
        label=_("When will you look at it together next?"),
        required=False,
        help_text=_("Leave it empty if you do not know. By law it is within six months."),
    )
    nominated = forms.ChoiceField(
        label=_("Does somebody look after this money for you?"),
        required=False,
        help_text=_("They cannot be paid from it."),
    )

    def __init__(
        self, *args, councils: Choices, has_council: bool, has_holder: bool, helpers: Choices = (), **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        if has_council and helpers:
            self.fields["nominated"].choices = [("", _("No, I do it myself")), *helpers]  # type: ignore[attr-defined]
        else:
            del self.fields["nominated"]
        if has_council:
            self.fields["council"].choices = [("", _("Choose")), *councils]  # type: ignore[attr-defined]
        else:
            del self.fields["council"]
        if not has_holder:
            del self.fields["holder"]


class BudgetChoice(forms.RadioSelect):
    """Radios with what is left beside each."""


def own_money_words() -> object:
    return _("My own money, by card")


class PayForm(forms.Form):
    """Which money pays, and how much of it."""

    title = _("Which money pays for it?")
    budget = forms.ChoiceField(label=title, widget=BudgetChoice, error_messages={"required": CHOOSE})
    part = PoundsField(
        label=_("How much of it?"),
        required=False,
        help_text=_("Leave it empty for all of it. If you type less, we ask next who pays the rest."),
    )

    def __init__(self, *args, choices: Choices, hints: dict[str, str], left: dict[str, int], total: int, **kwargs):
        """`left` is pence by choice; `total` the price in pence."""
        super().__init__(*args, **kwargs)
        field = self.fields["budget"]
        field.choices = choices  # type: ignore[attr-defined]
        field.widget.choice_hints = hints  # type: ignore[attr-defined]
        self.left, self.total = left, total

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        chosen, part = cleaned.get("budget"), cleaned.get("part")
        if self.errors or chosen not in self.left:
            return cleaned
        wanted, left = self.total if part is None else part, self.left[chosen]
        if part is not None and not 0 < part <= self.total:
            self.add_error("part", _("Type an amount up to %(total)s.") % {"total": pounds(self.total)})
        elif left <= 0:
            self.add_error("budget", _("There is nothing left in it. Choose other money."))
        elif wanted > left:
            words = _(
                "There is only %(left)s left in it. Type %(left)s or less here; your own money or another budget can "
                "pay the other %(rest)s. That is for you to choose."
            )
            self.add_error("part", words % {"left": pounds(left), "rest": pounds(self.total - left)})
        return cleaned


class RestForm(forms.Form):
    """Who pays what the first choice leaves."""

    title = _("Who pays the rest?")
    budget = forms.ChoiceField(label=title, widget=BudgetChoice, error_messages={"required": CHOOSE})

    def __init__(self, *args, choices: Choices, hints: dict[str, str], rest: int, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["budget"]
        field.choices = choices  # type: ignore[attr-defined]
        field.widget.choice_hints = hints  # type: ignore[attr-defined]
        field.label = _("Who pays the other %(rest)s?") % {"rest": pounds(rest)}
        self.title = field.label  # type: ignore[assignment]


class OutcomeForm(forms.Form):
    """What it is for, once for each budget that has to know."""

    title = _("What is it for?")

    def __init__(self, *args, budgets: Sequence[Budget], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for budget in budgets:
            self.fields[f"outcome-{budget.pk}"] = forms.ChoiceField(
                label=self.title if len(budgets) == 1 else budget.get_source_display(),
                choices=[(str(each.pk), each.words) for each in budget.outcomes.all()],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose what it is for.")},
            )


class RelationForm(forms.Form):
    """Asked once for each provider: a direct payment may not pay some relatives."""

    title = _("Before this money pays them")
    relation = forms.ChoiceField(
        label=_("Are you related to them?"),
        choices=Relation.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you are related, or that you are not.")},
    )
    shares_home = forms.ChoiceField(
        label=_("Do they live in your home?"),
        choices=[("no", _("No")), ("yes", _("Yes"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether they live with you.")},
    )

    def __init__(self, *args, who: str = "", **kwargs) -> None:
        """`who` is the first name of a person for whom somebody else answers."""
        super().__init__(*args, **kwargs)
        if not who:
            return
        relation, home = cast(forms.ChoiceField, self.fields["relation"]), self.fields["shares_home"]
        relation.label = _("Is %(who)s related to them?") % {"who": who}
        relation.choices = [(Relation.NONE.value, _("They are not related")), *Relation.choices[1:]]
        relation.error_messages["required"] = _("Choose how they are related, or that they are not.")
        home.label = _("Do they live in the same home as %(who)s?") % {"who": who}
        home.error_messages["required"] = _("Choose whether they live together.")


class OutcomeWordsForm(forms.Form):
    """Each outcome of a budget on a line of its own, and room for one more."""

    def __init__(self, *args, outcomes: Sequence[Outcome], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for number, outcome in enumerate(outcomes, 1):
            self.fields[f"outcome-{outcome.pk}"] = forms.CharField(
                label=_("Number %(number)s") % {"number": number},
                max_length=200,
                required=False,
                initial=outcome.words,
                widget=forms.Textarea({"rows": 2}),
            )
        self.fields["more"] = forms.CharField(
            label=_("One more"), max_length=200, required=False, widget=forms.Textarea({"rows": 2})
        )

    def clean(self) -> dict:
        return {name: one_line(tidy(value)) for name, value in self.cleaned_data.items()}

    def words(self) -> dict[int, str]:
        """The words by the outcome's id."""
        return {int(name[8:]): said for name, said in self.cleaned_data.items() if name.startswith("outcome-")}


class BoughtForm(forms.Form):
    """Something bought outside this site."""

    what = forms.CharField(
        label=_("What was it?"), max_length=200, error_messages={"required": _("Type what was bought.")}
    )
    who = forms.CharField(
        label=_("Who was paid?"), max_length=200, error_messages={"required": _("Type who was paid.")}
    )
    bought_on = DateBoxesField(label=_("On which day?"), help_text=_("For example, 27 3 2026"))
    pence = PoundsField(label=_("How much came from this money?"))
    own = PoundsField(
        label=_("How much of your own money went on top?"),
        required=False,
        help_text=_("It stands on a line of its own. Leave it empty if there was none."),
    )
    method = forms.ChoiceField(
        label=_("How was it paid?"),
        choices=[
            (value, words) for value, words in Method.choices if value in {"cash", "cheque", "transfer", "prepaid"}
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it was paid.")},
    )
    outcome = forms.ChoiceField(
        label=_("What was it for?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it was for.")},
    )
    paper = forms.FileField(
        label=_("The receipt or invoice"),
        required=False,
        help_text=_("A photograph or a PDF, up to 10 MB. Only you, your helpers and nobody else can open it."),
    )

    def __init__(self, *args, outcomes: Choices, must: bool, today: date, first: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.first = today, first
        if outcomes:
            self.fields["outcome"].choices = outcomes  # type: ignore[attr-defined]
            self.fields["outcome"].required = must
        else:
            del self.fields["outcome"]

    def clean_what(self) -> str:
        return one_line(self.cleaned_data["what"])

    def clean_who(self) -> str:
        return one_line(self.cleaned_data["who"])

    def clean_bought_on(self) -> date:
        day = self.cleaned_data["bought_on"]
        if day > self.today:
            raise ValidationError(_("That day has not come yet. Type the day it was paid."))
        if day < self.first:
            raise ValidationError(_("That day is before this money began. Check the year."))
        return day

    def clean_pence(self) -> int:
        if not self.cleaned_data["pence"]:
            raise ValidationError(_("Type more than nothing, for example 14.50."))
        return self.cleaned_data["pence"]


class PaperForm(forms.Form):
    paper = forms.FileField(
        label=_("The receipt or invoice"),
        help_text=_("A photograph or a PDF, up to 10 MB."),
        error_messages={"required": _("Choose a file first."), "empty": _("That file is empty. Choose another.")},
    )

    def clean_paper(self):
        paper = self.cleaned_data["paper"]
        if paper.size > MOST_BYTES:
            raise ValidationError(_("That file is too large. Choose one of up to 10 MB."))
        return paper


class DatesForm(forms.Form):
    """Which days a statement is for; empty is all of it."""

    first = DateBoxesField(label=_("From"), required=False)
    last = DateBoxesField(label=_("To"), required=False)

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day comes before the first. Check both."))
        return cleaned


class LimitForm(forms.Form):
    per_order = PoundsField(label=_("Most for one order"), required=False, help_text=_("Leave it empty for no limit."))
    per_month = PoundsField(label=_("Most in one month"), required=False, help_text=_("Leave it empty for no limit."))


class AnswerForm(forms.Form):
    """A yes needs no words; a no needs a reason."""

    words = forms.CharField(
        label=_("A few words for them"),
        max_length=400,
        required=False,
        help_text=_("If you say no, say why. They read this."),
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args, pressed: str, **kwargs) -> None:
        """`pressed` is the button: yes or no."""
        super().__init__(*args, **kwargs)
        self.pressed, self.is_no = pressed, pressed == "no"

    def clean(self) -> dict:
        if self.pressed not in {"yes", "no"}:
            raise ValidationError(_("Press one of the two buttons."))
        return super().clean() or {}

    def clean_words(self) -> str:
        words = tidy(self.cleaned_data["words"])
        if self.is_no and not words:
            raise ValidationError(_("Write why not. One sentence will do."))
        return words


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
