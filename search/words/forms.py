"""A rule, and a question to try it on."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.core.text import one_line, tidy

from . import trying
from .grammar import Rule, Unreadable


class RuleForm(forms.Form):
    """Rules, one a line. `rules` holds them once the form is valid."""

    use_required_attribute = False
    text = forms.CharField(
        label=gettext_lazy("The rule"),
        help_text=gettext_lazy(
            "One rule a line. “home help, home care” finds either by the other. “home help => home care” goes one way."
            " “need: lost my @partner => bereavement, kind:company” says what answers a sentence."
        ),
        max_length=5000,
        widget=forms.Textarea({"rows": 3, "spellcheck": "true"}),
        error_messages={
            "required": gettext_lazy("Write a rule."),
            "max_length": gettext_lazy("That is too long. Publish a few rules at a time."),
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("Why, where it is not plain"),
        max_length=300,
        required=False,
        error_messages={"max_length": gettext_lazy("That is too long. A sentence is enough.")},
    )
    q = forms.CharField(label=gettext_lazy("Words to try it on"), max_length=200, required=False)

    def __init__(self, *args: Any, council_id: int | None, without: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.council_id, self.without = council_id, without
        self.rules: list[Rule] = []

    def clean_text(self) -> str:
        text = tidy(self.cleaned_data["text"])
        try:
            self.rules = trying.read(text, self.council_id, without=self.without)
        except Unreadable as error:
            sentence = _("Line %(line)d: %(sentence)s") % {"line": error.line, "sentence": error.sentence}
            raise forms.ValidationError(sentence) from error
        if self.without is not None and len(self.rules) != 1:
            raise forms.ValidationError(_("Keep it to one rule. Add others on the page before."))
        return text

    def clean_reason(self) -> str:
        return one_line(self.cleaned_data["reason"])

    def clean_q(self) -> str:
        return one_line(self.cleaned_data["q"])

    def clean(self) -> dict[str, Any]:
        if "try" in self.data and not self.cleaned_data.get("q") and "q" not in self.errors:
            self.add_error("q", _("Write the words to try it on."))
        return self.cleaned_data


class FindForm(forms.Form):
    find = forms.CharField(label=gettext_lazy("Find a rule with the word"), max_length=60, required=False)
