"""Taking a place: the house rules, the most one pays, which money, check, and a card that is saved and not charged."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.core import clock
from marketplace.core.errors import DomainError
from marketplace.core.money import pounds_exact
from marketplace.people.models import User
from payments.budgets.forms import RelationForm
from payments.budgets.models import AskedOf
from payments.orders.access import PersonRequest, buyer, may_look_round
from payments.orders.presentation import first_name, identity
from payments.orders.views.funding import MONEY_REFUSALS, MONEY_STEPS, refusal_words

from .. import access, presentation, selectors, services
from ..forms import AgreeForm, JoinForm, MostForm
from ..models import Pledge, Pool, Terms
from ..states import ACTIVE, JOINABLE, NEEDS_CARD, ON_WAITING_LIST, TO_CONSENT
from .answers import Answers
from .entering import invitation_of
from .money import PlaceMoney


@dataclass(frozen=True)
class Questions:
    """The pages that lead to a place in one group, and the form of each."""

    pool: Pool
    answers: Answers
    money: PlaceMoney | None
    worst: int
    takes_over: bool

    @classmethod
    def of(cls, request: PersonRequest, pool: Pool) -> "Questions":
        """`worst` is what it can cost, in pence: for a place that is taken over it is the price."""
        answers = Answers.of(request, f"join:{pool.public_id}:{pool.current.number}")
        price = selectors.take_over_pence(pool, clock.now())
        worst = pool.worst_pence if price is None else price
        today = timezone.localdate()
        money = PlaceMoney.of_place(request.standing, pool, today, worst) if request.standing else None
        return cls(pool, answers, money, worst, takes_over=price is not None)

    @property
    def steps(self) -> list[str]:
        most = [] if self.takes_over else ["most"]
        return ["rules", *most, *(self.money.steps(self.answers.given) if self.money else [])]

    def form(self, step: str, data: Any = None) -> forms.Form:
        match step:
            case "rules":
                return AgreeForm(data)
            case "most":
                return MostForm(data, worst=self.worst)
        if self.money and step in MONEY_STEPS:
            return self.money.form(step, self.answers.given, data)
        raise Http404

    def unanswered(self) -> str | None:
        """The first page that has to be asked (again), or None."""
        for step in self.steps:
            form = self.form(step, self.answers.given.get(step))
            if step not in self.answers.given or not form.is_valid():
                return step
        return None

    @property
    def most_pence(self) -> int:
        if self.takes_over:
            return self.worst
        form = self.form("most", self.answers.given.get("most"))
        return form.cleaned_data["most"] if form.is_valid() else 0


def _group(request: PersonRequest, public_id: str) -> tuple[Pool, Pledge | None]:
    """The group and the place somebody has in it already. Helpers who may only look cannot join."""
    may_look_round(request.standing)
    invited = invitation_of(request, public_id)
    pool = invited.pool if invited else access.pool_to_join(request.standing, public_id)
    mine = selectors.pledge_of(pool, request.standing.person) if request.standing else None
    return pool, mine if mine is not None and mine.state in ACTIVE else None


def _nothing_to_do(request: PersonRequest, pool: Pool, mine: Pledge | None) -> HttpResponse | None:
    """Back to the group's page where there is no place to take, or one is taken already."""
    waits = mine is not None and mine.state in ON_WAITING_LIST
    if pool.state in JOINABLE and clock.now() < pool.pledge_by:
        if mine is None and pool.places_left < 1:
            return redirect("pools:wait", pool.public_id)
        if mine is not None and mine.state in NEEDS_CARD:
            return redirect("pools:card", pool.public_id)
        if mine is None or waits or mine.state in TO_CONSENT:
            return None
        messages.info(request, _("You have a place already."))
    elif waits and selectors.take_over_pence(pool, clock.now()) is not None:
        return None
    else:
        messages.warning(request, _("It is closed for joining."))
    return redirect("pools:pool", pool.public_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: PersonRequest, public_id: str, step: str = "rules") -> HttpResponse:
    """One question. What is answered waits, also through signing up."""
    pool, mine = _group(request, public_id)
    elsewhere = _nothing_to_do(request, pool, mine)
    if elsewhere is not None:
        return elsewhere
    questions = Questions.of(request, pool)
    if step in MONEY_STEPS and step not in questions.steps:
        return redirect("pools:join_check", public_id)
    if step not in questions.steps:
        raise Http404
    answers = questions.answers
    form = questions.form(step, request.POST if request.method == "POST" else answers.given.get(step))
    if request.method == "POST" and form.is_valid():
        answers.answer(step, form, request.POST)
        answers.keep(request)
        if isinstance(form, RelationForm) and questions.money:
            questions.money.declare(form, request.actor)
        return redirect(_next(questions, step))
    return render(request, "pools/step.html", _step_context(questions, step, form))


def _next(questions: Questions, step: str) -> str:
    here, steps = questions.pool.public_id, questions.steps
    onward = questions.answers.next_of(steps, step) if step in steps else None
    if onward is not None:
        return reverse("pools:join_step", args=[here, onward])
    return reverse("pools:join_check", args=[here])


def _step_context(questions: Questions, step: str, form: forms.Form) -> dict[str, Any]:
    pool, steps = questions.pool, questions.steps
    at = steps.index(step)
    shown = presentation.shown(pool, [], with_people=False)
    single = next(iter(form)) if len(form.fields) == 1 and step != "rules" else None
    back = reverse("pools:join_step", args=[pool.public_id, steps[at - 1]]) if at else None
    return {
        "whole": _("Join %(name)s") % {"name": pool.name},
        "council": pool.council,
        "form": form,
        "single": single,
        "number": at + 1,
        "total": len(steps) + 1,
        "back": back or reverse("pools:pool", args=[pool.public_id]),
        "facts": shown.rules if step == "rules" else [],
        "lead": _(
            "By law a direct payment cannot pay some close relatives. We ask once about each person who works there."
        )
        if step == "relation"
        else "",
        "price": shown.price if step == "most" else None,
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: PersonRequest, public_id: str) -> HttpResponse:
    """Everything once more; the button takes the place. Somebody who is not signed in is asked who they are first."""
    pool, mine = _group(request, public_id)
    elsewhere = _nothing_to_do(request, pool, mine)
    if elsewhere is not None:
        return elsewhere
    questions = Questions.of(request, pool)
    unanswered = questions.unanswered()
    if unanswered is not None:
        if request.method == "POST":
            messages.warning(request, _("Please answer this question again. Something has changed since."))
        return redirect("pools:join_step", public_id, unanswered)
    if not request.standing:
        return render(request, "orders/who.html", {"listing": pool.listing, "here": request.path})
    form = JoinForm(
        request.POST if request.method == "POST" else None,
        initial={"terms": pool.current.number},
        must_ask=questions.takes_over or services.begins_early(pool),
    )
    if request.method == "POST" and form.is_valid():
        pledge = _take(request, questions, mine, form)
        if pledge is not None:
            questions.answers.forget(request)
            return _taken(request, pledge)
    return render(request, "pools/check.html", _check_context(request, questions, form))


def _take(request: PersonRequest, questions: Questions, mine: Pledge | None, form: JoinForm) -> Pledge | None:
    """The place, or None when the form says why there is none."""
    standing, pool, money = buyer(request.standing), questions.pool, questions.money
    read = Terms.objects.filter(pool=pool, number=form.cleaned_data["terms"]).first() or pool.current
    facts: dict[str, Any] = {
        "maximum_pence": questions.most_pence,
        "by": standing.actor,
        "now": clock.now(),
        "shares": money.shares(questions.answers.given) if money else (),
        "express_request": form.cleaned_data.get("begin_early", False),
        "delegation": standing.delegation,
    }
    try:
        if questions.takes_over and mine is not None:
            return services.place_take_over(pledge=mine, **facts)
        facts["terms"] = read
        if mine is not None and mine.state in TO_CONSENT:
            return services.pledge_consent(pledge=mine, **facts)
        return services.pledge_make(
            pool=pool,
            person=standing.person,
            invitation=invitation_of(request, pool.public_id),
            council=standing.call.council if standing.call else None,
            **facts,
        )
    except services.AlreadyIn as error:
        return error.pledge
    except MONEY_REFUSALS as error:
        for words in refusal_words(error, pool.offer):
            form.add_error(None, words)
    except services.TermsChanged:
        form.data = {**form.data.dict(), "terms": str(pool.current.number)}  # type: ignore[attr-defined]
        form.add_error(None, _("The group has changed since you began. Look at it again before you say yes."))
    except services.MaximumTooLow as error:
        worst = {"worst": pounds_exact(error.worst_pence)}
        form.add_error(
            None, _("It can cost up to %(worst)s, more than you want to pay. Change one of the two.") % worst
        )
    except services.YesNeeded as error:
        form.add_error(None, _yes_words(error, standing.person))
    except DomainError as error:
        form.add_error(None, why_not(error, pool))
    return None


def _yes_words(error: services.YesNeeded, person: User) -> str:
    if AskedOf.PERSON in error.asked_of:
        above = _("This is more than you may spend for %(name)s. They can take the place, or change your limit.")
        return above % {"name": presentation.name_of(person)}
    return _("A free place is paid at once, and whoever holds this money has to say yes first. Choose other money.")


def why_not(error: Exception, pool: Pool) -> str:
    """Why there is no place, in plain words."""
    name = first_name(pool.provider)
    match error:
        case services.NoPlaceLeft():
            return _("Somebody else has just taken the last place. You can ask us to tell you when one is free.")
        case services.NotJoinable():
            return _("It is closed for joining. You have paid nothing.")
        case services.NotInvited():
            return _("This invitation is used up or over. Ask %(name)s for another.") % {
                "name": presentation.name_of(pool.organiser)
            }
        case services.OwnListing():
            return _("You look after this listing, so you cannot join its groups.")
        case services.EarlyStartNotAsked():
            return _("The first date is within 14 days. Tick that you want it to begin, or do not join this time.")
        case services.Stopped():
            return _("The council has stopped new work by %(name)s for now.") % {"name": name}
        case services.NotPayable() | services.NotOffered():
            return _("%(name)s cannot be booked or paid here just now. You have paid nothing.") % {"name": name}
        case services.Busy():
            return busy()
    return _("That is not possible any more. Look at the group as it is now.")


def busy() -> str:
    """Others did something in the same group at the same moment, and this gave way."""
    return _("Many people are joining at this moment. Nothing has changed. Try again.")


def _taken(request: PersonRequest, pledge: Pledge) -> HttpResponse:
    if pledge.state in NEEDS_CARD:
        if request.standing.call is not None:
            messages.info(request, _("Nobody may give a card number by phone. They save it from the link we send."))
            return redirect("pools:pool", pledge.pool.public_id)
        return redirect("pools:card", pledge.pool.public_id)
    messages.success(request, _("You have a place. Nothing is paid yet."))
    return redirect("pools:pool", pledge.pool.public_id)


def _check_context(request: PersonRequest, questions: Questions, form: JoinForm) -> dict[str, Any]:
    pool, given, money = questions.pool, questions.answers.given, questions.money
    shown = presentation.shown(pool, [], with_people=False)
    here = pool.public_id

    def change(step: str) -> str:
        return reverse("pools:join_step", args=[here, step])

    facts = [
        {"term": _("Group"), "words": pool.name},
        {"term": _("When"), "words": presentation.block_words(pool.current.starts)},
        *([{"term": _("Where"), "words": pool.place}] if pool.place else []),
        {"term": _("With"), "words": identity(pool.provider)},
        {"term": _("House rules"), "words": _("You agree to them"), "change_url": change("rules")},
    ]
    if not questions.takes_over:
        most = pounds_exact(questions.most_pence)
        facts.append({"term": _("The most you pay"), "words": most, "change_url": change("most")})
    if money and money.budgets:
        facts.append({"term": _("Who pays"), "words": money.paid_words(given), "change_url": change("money")})
    if request.standing.for_another:
        facts.insert(0, {"term": _("For whom"), "words": str(request.standing.person)})
    asks = money.asks_first(given) if money else None
    who = (asks.holder or asks.council) if asks else None
    until = presentation.until_words(pool.pledge_by)
    return {
        "title": _("Check your answers"),
        "council": pool.council,
        "facts": facts,
        "worst": questions.worst,
        "price": None if questions.takes_over else shown.price,
        "terms": [_("It is taken as soon as the card is saved. There is no fee.")]
        if questions.takes_over
        else [
            _("Nothing is taken today. Your card is asked only after %(until)s, and only if enough people are ready.")
            % {"until": until},
            _("Until then you can leave, free. There is no fee."),
        ],
        "form": form,
        "button": _("Ask %(who)s") % {"who": who} if who else _("Take my place"),
        "small": _("They say yes or no first. Then your place counts.")
        if who
        else _("Next you save a card on the payment company’s page. We never see its number."),
        "leave": _("Leave it"),
        "leave_url": reverse("pools:pool", args=[here]),
        "back": change(questions.steps[-1]),
    }
