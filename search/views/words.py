"""Rules about words: a council's curator keeps the council's, the national operator the country's."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from marketplace.core.text import one_line
from marketplace.people.middleware import SignedInRequest
from marketplace.people.models import Council

from .. import services
from ..words import access, missed, trying
from ..words.forms import FindForm, RuleForm

LOOK_AND_SEND = require_http_methods(["GET", "HEAD", "POST"])
MOST_LISTED = 60


@LOOK_AND_SEND
def council(request: SignedInRequest, slug: str) -> HttpResponse:
    return _rules(request, access.council_for_curator(request.user, slug))


@LOOK_AND_SEND
def national(request: SignedInRequest) -> HttpResponse:
    access.operator(request.user)
    return _rules(request, None)


def _rules(request: SignedInRequest, mine: Council | None) -> HttpResponse:
    council_id = mine.pk if mine else None
    form = RuleForm(request.POST if request.method == "POST" else None, council_id=council_id)
    if request.method == "POST" and form.is_valid() and "try" not in request.POST:
        try:
            services.rules_publish(
                rules=form.rules,
                council=mine,
                reason=form.cleaned_data["reason"],
                by=request.actor,
                now=timezone.now(),
            )
        except services.RuleExists as error:
            form.add_error("text", _("There is a rule “%(rule)s” already.") % {"rule": error.text})
        else:
            messages.success(request, _("Published. Every search goes by it from now on."))
            return redirect(_list_of(mine))
    find = one_line(request.GET.get("find", "")[:60])
    own, everywhere = trying.rules_shown(council_id, find), trying.rules_shown(None, find) if mine else []
    context = {
        "council": mine,
        "form": form,
        "tried": _tried(form),
        "find": FindForm(initial={"find": find}),
        "own": own[:MOST_LISTED],
        "own_more": max(0, len(own) - MOST_LISTED),
        "national": everywhere[:MOST_LISTED],
        "national_more": max(0, len(everywhere) - MOST_LISTED),
        "missed": missed.words_missed(mine, today=timezone.localdate()),
    }
    return render(request, "search/words/rules.html", context)


@LOOK_AND_SEND
def rule(request: SignedInRequest, pk: int) -> HttpResponse:
    row = access.rule_for_curator(request.user, pk)
    form = RuleForm(
        request.POST if request.method == "POST" else None,
        council_id=row.council_id,
        without=row.pk,
        initial={"text": row.text, "reason": row.reason},
    )
    if request.method == "POST" and form.is_valid() and "try" not in request.POST:
        try:
            services.rule_change(
                row=row,
                rule=form.rules[0],
                reason=form.cleaned_data["reason"],
                by=request.actor,
                now=timezone.now(),
            )
        except services.RuleExists as error:
            form.add_error("text", _("There is a rule “%(rule)s” already.") % {"rule": error.text})
        else:
            messages.success(request, _("Published. Every search goes by it from now on."))
            return redirect(_list_of(row.council))
    return render(
        request,
        "search/words/rule.html",
        {"row": row, "council": row.council, "form": form, "tried": _tried(form), "back": _list_of(row.council)},
    )


@LOOK_AND_SEND
def rule_off(request: SignedInRequest, pk: int) -> HttpResponse:
    row = access.rule_for_curator(request.user, pk)
    if request.method == "POST":
        services.rule_switch_off(row=row, by=request.actor, now=timezone.now())
        messages.success(request, _("Switched off. No search goes by it any more."))
        return redirect(_list_of(row.council))
    return render(request, "search/words/rule_off.html", {"row": row, "back": _list_of(row.council)})


def _tried(form: RuleForm) -> Any:
    """Before and after, when somebody asked to try rules that can be read."""
    if not form.is_bound or "try" not in form.data or not form.is_valid():
        return None
    return trying.tried(
        form.cleaned_data["q"], form.rules, form.council_id, without=form.without, today=timezone.localdate()
    )


def _list_of(council: Council | None) -> str:
    return reverse("words:council", args=[council.slug]) if council else reverse("words:national")
