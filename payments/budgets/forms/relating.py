"""How a person and each of those who would be paid belong together: two questions about each, by their first name."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..models import Relation
from ..services import Related, Worker

YES_NO = [("no", gettext_lazy("No")), ("yes", gettext_lazy("Yes"))]


def relation_name(worker: Worker) -> str:
    return f"relation-{worker.key}"


def home_name(worker: Worker) -> str:
    return f"shares_home-{worker.key}"


def _relation_words(worker: Worker, who: str) -> str:
    facts = {"who": who, "name": worker.name, "count": worker.others}
    if worker.keeper_id is not None or worker.alone:
        words = _("Is %(who)s related to %(name)s?") if who else _("Are you related to %(name)s?")
    elif who:
        words = ngettext(
            "Is %(who)s related to the other person who works there?",
            "Is %(who)s related to any of the other %(count)d people who work there?",
            worker.others,
        )
    else:
        words = ngettext(
            "Are you related to the other person who works there?",
            "Are you related to any of the other %(count)d people who work there?",
            worker.others,
        )
    return words % facts


def _home_words(worker: Worker, who: str) -> str:
    facts = {"who": who, "name": worker.name}
    if worker.keeper_id is not None or worker.alone:
        words = _("Does %(name)s live in the same home as %(who)s?") if who else _("Does %(name)s live in your home?")
    elif worker.others == 1:
        words = _("Do they live in the same home as %(who)s?") if who else _("Do they live in your home?")
    else:
        words = _("Does any of them live in the same home as %(who)s?") if who else _("Does any live in your home?")
    return words % facts


def relation_fields(workers: Sequence[Worker], *, who: str = "", required: bool = True) -> dict[str, forms.ChoiceField]:
    """Two fields a worker, by their names. `who` is the first name of a person for whom somebody else answers."""
    not_related = _("They are not related") if who else Relation.NONE.label
    missing, missing_home = missing_words(who)
    fields = {}
    for worker in workers:
        fields[relation_name(worker)] = forms.ChoiceField(
            label=_relation_words(worker, who),
            choices=[(Relation.NONE.value, not_related), *Relation.choices[1:]],
            widget=forms.RadioSelect,
            required=required,
            error_messages={"required": missing},
        )
        fields[home_name(worker)] = forms.ChoiceField(
            label=_home_words(worker, who),
            choices=YES_NO,
            widget=forms.RadioSelect,
            required=required,
            error_messages={"required": missing_home},
        )
    return fields


def missing_words(who: str) -> tuple[str, str]:
    """What is said where one of the two questions was not answered."""
    if who:
        return _("Choose how they are related, or that they are not."), _("Choose whether they live together.")
    return _("Choose how you are related, or that you are not."), _("Choose whether they live with you.")


def related_of(cleaned: Mapping[str, Any], workers: Sequence[Worker]) -> dict[str, Related]:
    """What was answered of each worker, by their key."""
    return {
        worker.key: Related(Relation(cleaned[relation_name(worker)]), cleaned[home_name(worker)] == "yes")
        for worker in workers
        if cleaned.get(relation_name(worker)) and cleaned.get(home_name(worker))
    }


class RelationForm(forms.Form):
    """Asked once of each who works for a provider: a direct payment may not pay some relatives."""

    title = gettext_lazy("Before this money pays them")

    def __init__(
        self,
        *args: Any,
        workers: Sequence[Worker],
        who: str = "",
        known: Mapping[str, Related] | None = None,
        **more: Any,
    ) -> None:
        """`who` is the first name of a person for whom somebody else answers; `known` what was said before, by key."""
        super().__init__(*args, **more)
        self.workers = workers
        self.fields |= relation_fields(workers, who=who)
        for worker in workers:
            said = (known or {}).get(worker.key)
            if said is not None:
                self.initial[relation_name(worker)] = said.relation
                self.initial[home_name(worker)] = "yes" if said.shares_home else "no"

    def related(self) -> dict[str, Related]:
        return related_of(self.cleaned_data, self.workers)
