"""Rules about words: a council's curator keeps the council's, the national operator the country's."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core.text import one_line
from marketplace.people.middleware import SignedInRequest
from marketplace.people.models import Council
from providers.listings import selectors as listings

from .. import rules, services
from ..words import access, missed, presentation, trying
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


@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """Where this person keeps rules: a council's curator the council's, the national operator the country's."""
    if request.user.is_authenticated and request.user.is_national_operator:
        return redirect("words:national")
    return redirect("words:council", access.first_council(request.user).slug)


@require_safe
def council_missed(request: SignedInRequest, slug: str) -> HttpResponse:
    return _missed(request, access.council_for_curator(request.user, slug))


@require_safe
def national_missed(request: SignedInRequest) -> HttpResponse:
    access.operator(request.user)
    return _missed(request, None)


def _missed(request: SignedInRequest, mine: Council | None) -> HttpResponse:
    today = timezone.localdate()
    ended = missed.searches_ended(mine, today=today)
    heads, rows = presentation.ended_table(
        ended[:MOST_LISTED], {kind.slug: kind.name for kind in listings.categories_for(mine)}
    )
    context = {
        "council": mine,
        "back": _list_of(mine),
        "missed": missed.words_missed(mine, today=today),
        "heads": heads,
        "rows": rows,
    }
    return render(request, "search/words/missed.html", context)


def _rules(request: SignedInRequest, mine: Council | None) -> HttpResponse:
    council_id = mine.pk if mine else None
    wanted = " ".join(rules.in_order(request.GET.get("for", "")[:200]))
    form = RuleForm(
        request.POST if request.method == "POST" else None,
        council_id=council_id,
        initial={"text": f"need: {wanted} => ", "q": wanted} if wanted else {},
    )
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
        "here": _list_of(mine),
        "missed_url": reverse("words:council_missed", args=[mine.slug]) if mine else reverse("words:national_missed"),
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
