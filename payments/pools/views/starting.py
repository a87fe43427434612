"""From an offer to a group, one question a page; and the same pages to change one or to begin again."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import clock
from marketplace.core.access import signed_in
from marketplace.core.errors import DomainError
from marketplace.core.money import pounds_exact
from payments.orders import access as orders
from payments.orders.access import PersonRequest
from payments.orders.presentation import first_name, offer_price
from providers.listings.models import Offer, Unit

from .. import access, presentation, rules, services
from ..forms import StartForm
from ..models import Pool, Terms
from ..models.pool import terms_facts
from ..services import Plan
from ..states import MAY_CHANGE
from .answers import Answers
from .settling import Questions, questions_about, questions_to_start

Act = Callable[[Plan], Pool]


def _to_start(request: PersonRequest, offer_id: str) -> Questions:
    """The questions about one offer; Http404 where no group can be made of it."""
    orders.buyer(request.standing)
    offer = orders.offer_to_buy(offer_id)
    keeps = offer.listing.provider.keepers.filter(pk=request.standing.person.pk).exists()
    if not keeps and not offer.group_price_pence:
        raise Http404
    return questions_to_start(offer, keeps=keeps, answers=Answers.of(request, f"start:{offer_id}"))


@signed_in
@never_cache
@require_safe
def begin(request: PersonRequest, offer_id: str) -> HttpResponse:
    """What sharing means, before the first question; or why it cannot be shared just now."""
    questions = _to_start(request, offer_id)
    offer = questions.offer
    context = {
        "offer": offer,
        "listing": offer.listing,
        "first_name": first_name(offer.listing.provider),
        "price": offer_price(offer) if offer.price_pence else "",
        "unit": Unit(offer.unit).label,
        "council": offer.listing.council,
        "keeps": questions.keeps,
        "why_not": why_not(offer),
        "next": questions.url_of(questions.steps[0]),
    }
    return render(request, "pools/begin.html", context)


def why_not(offer: Offer) -> str:
    try:
        services.can_be_bought(offer)
    except services.NotPayable:
        return _("%(name)s cannot be paid through this site yet.") % {"name": first_name(offer.listing.provider)}
    except services.Stopped:
        return _("The council has stopped new work by this provider for now.")
    except services.NotOffered:
        return _("This cannot be ordered here just now.")
    return ""


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: PersonRequest, offer_id: str, step: str) -> HttpResponse:
    """One question on the way to a new group."""
    questions = _to_start(request, offer_id)
    return ask(request, questions, step, first_back=reverse("pools:start", args=[offer_id]))


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: PersonRequest, offer_id: str) -> HttpResponse:
    """Check your answers, then write the group down. It is not open to anybody yet."""
    questions = _to_start(request, offer_id)

    def start(plan: Plan) -> Pool:
        return services.pool_start(
            offer=questions.offer,
            organiser=request.standing.person,
            plan=plan,
            token=questions.answers.token,
            by=request.actor,
            now=clock.now(),
        )

    name = first_name(questions.offer.listing.provider)
    told = {
        "title": _("Check your answers"),
        "button": _("Write the group down"),
        "small": _("Nobody sees it yet. On the next page you open it.")
        if questions.keeps
        else _("Nobody sees it yet. On the next page you open it, and we ask %(name)s about the dates.")
        % {"name": name},
        "leave_url": questions.offer.listing.page.url,
    }
    return settle(request, questions, start, told)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_step(request: PersonRequest, public_id: str, step: str) -> HttpResponse:
    pool = _to_change(request, public_id)
    questions = questions_about(pool, "change", answers=Answers.of(request, f"change:{public_id}"))
    return ask(request, questions, step, first_back=questions.url_of("check"), all_answered=True)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: PersonRequest, public_id: str) -> HttpResponse:
    """Everything about a group that people can still join; another price, date or rule asks them all again."""
    pool = _to_change(request, public_id)
    questions = questions_about(pool, "change", answers=Answers.of(request, f"change:{public_id}"))

    def save(plan: Plan) -> Pool:
        return services.pool_change(pool=pool, plan=plan, by=request.actor, now=clock.now())

    told = {
        "title": _("Change the group"),
        "button": _("Save the changes"),
        "small": _("If the dates, the price or the rules are different, everybody is asked again and has to say yes.")
        if pool.taken
        else "",
        "leave_url": reverse("pools:pool", args=[public_id]),
        "done": _("Saved."),
    }
    return settle(request, questions, save, told)


def _to_change(request: PersonRequest, public_id: str) -> Pool:
    pool = access.pool_for_organiser(request.standing, public_id)
    if pool.state not in MAY_CHANGE:
        raise Http404
    return pool


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def again_step(request: PersonRequest, public_id: str, step: str) -> HttpResponse:
    pool = access.pool_for_organiser(request.standing, public_id)
    questions = questions_about(pool, "again", answers=Answers.of(request, f"again:{public_id}"))
    return ask(request, questions, step, first_back=reverse("pools:pool", args=[public_id]))


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: PersonRequest, public_id: str) -> HttpResponse:
    """The next block: a new group with an invitation for everybody who was in this one. Nobody is in it by itself."""
    pool = access.pool_for_organiser(request.standing, public_id)
    answers = Answers.of(request, f"again:{public_id}")
    questions = questions_about(pool, "again", answers=answers)

    def renew(plan: Plan) -> Pool:
        return services.pool_renew(
            pool=pool,
            organiser=request.standing.person,
            plan=plan,
            token=answers.token,
            by=request.actor,
            now=clock.now(),
        )

    told = {
        "title": _("The next block of dates"),
        "button": _("Write the group down"),
        "small": _("When you open it, everybody of the group gets a letter. Nobody is in it unless they say yes."),
        "leave_url": reverse("pools:pool", args=[public_id]),
    }
    return settle(request, questions, renew, told)


def ask(
    request: PersonRequest, questions: Questions, step: str, *, first_back: str, all_answered: bool = False
) -> HttpResponse:
    """One question. The answer is kept as typed and the next question asked."""
    if step not in questions.steps:
        raise Http404
    answers = questions.answers
    form = questions.form(step, request.POST if request.method == "POST" else answers.given.get(step))
    if request.method == "POST" and form.is_valid():
        answers.answer(step, form, request.POST)
        answers.keep(request)
        onward = answers.next_of(questions.steps, step)
        return redirect(questions.url_of(onward or "check"))
    at = questions.steps.index(step)
    fields = list(form)
    context = {
        "whole": _("Share with others"),
        "council": questions.offer.listing.council,
        "form": form,
        "single": fields[0] if len(fields) == 1 else None,
        "number": at + 1,
        "total": len(questions.steps) + 1,
        "back": questions.url_of(questions.steps[at - 1]) if at and not all_answered else first_back,
        "lead": _lead(questions, step),
    }
    return render(request, "pools/step.html", context)


def _lead(questions: Questions, step: str) -> str:
    name = first_name(questions.offer.listing.provider)
    match step:
        case "dates":
            return _("A fixed block, so that everybody knows what they pay for.")
        case "people" if questions.offer.group_price_pence and not questions.keeps and questions.agreed is None:
            price = pounds_exact(questions.offer.group_price_pence)
            facts = {"name": name, "price": price, "unit": Unit(questions.offer.unit).label}
            return _("%(name)s charges a whole group %(price)s %(unit)s.") % facts
        case "rules":
            return _("These words work for most groups. Change what you like: everybody reads them before they join.")
    return ""


def settle(request: PersonRequest, questions: Questions, act: Act, told: dict[str, Any]) -> HttpResponse:
    """Every answer once more; the button does `act` and leads to the group."""
    plan = questions.plan()
    if isinstance(plan, str):
        if request.method == "POST":
            messages.warning(request, _("Please answer this question again. Something has changed since."))
        return redirect(questions.url_of(plan))
    questions.answers.keep(request)
    token = questions.answers.token
    form = StartForm(request.POST if request.method == "POST" else None, initial={"token": token})
    if request.method == "POST" and form.is_valid():
        pool = _act(questions, plan, act, form)
        if pool is not None:
            questions.answers.forget(request)
            if told.get("done"):
                messages.success(request, told["done"])
            return redirect("pools:pool", pool.public_id)
    try:
        context = _check_context(questions, plan, form)
    except services.NoGroupPrice:
        questions.answers.forget(request)
        messages.warning(request, _no_price())
        return redirect(told["leave_url"])
    return render(request, "pools/check.html", {**told, **context})


def _no_price() -> str:
    return _("There is no price for groups any more. Nothing has been changed.")


def _act(questions: Questions, plan: Plan, act: Act, form: forms.Form) -> Pool | None:
    try:
        return act(plan)
    except services.WrongNumbers as error:
        for fault in error.faults:
            form.add_error(None, presentation.fault_words(fault, latest=questions.latest))
    except services.NoGroupPrice:
        form.add_error(None, _no_price())
    except services.FewerThanJoined:
        form.add_error(None, _("More people than that have a place already. Change how many places there are."))
    except services.NotChangeable:
        form.add_error(None, _("It is closed for joining, so nothing about it changes any more."))
    except (services.NotOffered, services.NotPayable, services.Stopped):
        form.add_error(None, why_not(questions.offer) or _("This cannot be ordered here just now."))
    except DomainError:
        form.add_error(None, _("That is not possible any more. Nothing has been changed."))
    return None


def _check_context(questions: Questions, plan: Plan, form: forms.Form) -> dict[str, Any]:
    price = questions.price(plan)
    terms = Terms(**terms_facts(price))
    provider, meetings = questions.offer.listing.provider, len(plan.starts)
    what = {"term": _("What"), "words": f"{questions.offer.title}\n{provider.name}"}
    return {
        "facts": [what, *questions.facts(plan)],
        "council": questions.offer.listing.council,
        "worst": rules.worst_case(price, plan.least),
        "price": presentation.price_table(terms, least=plan.least, most=plan.most, meetings=meetings),
        "terms": [presentation.total_words(terms, first_name(provider), meetings)],
        "form": form,
        "leave": _("Leave it"),
        "back": questions.url_of(questions.steps[-1]),
    }
