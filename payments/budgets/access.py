"""The only doors from an id in a request to somebody's money. Refusal is a 404."""

from datetime import datetime

from django.http import Http404
from django.shortcuts import get_object_or_404

from marketplace.people.middleware import Standing
from marketplace.people.models import Council, CouncilRole, Delegation, Scope, User
from marketplace.people.selectors import councils_of
from providers.listings.models import Provider

from . import selectors
from .models import Approval, AskedOf, Budget, Declaration, Evidence, Exemption, MoneyBack, Purchase


def _may(standing: Standing, scope: Scope) -> None:
    if not standing.may(scope):
        raise Http404


def money_to_see(standing: Standing) -> User:
    """The person whose money this request concerns. Staff on the telephone see none of it."""
    if standing.call is not None:
        raise Http404
    return standing.person


def money_to_change(standing: Standing) -> User:
    _may(standing, Scope.BUY)
    return money_to_see(standing)


def budget_to_see(standing: Standing, public_id: str) -> Budget:
    found = Budget.objects.select_related("person", "council", "holder")
    return get_object_or_404(found, person=money_to_see(standing), public_id=public_id)


def budget_to_change(standing: Standing, public_id: str) -> Budget:
    _may(standing, Scope.BUY)
    return budget_to_see(standing, public_id)


def purchase_to_see(standing: Standing, public_id: str) -> Purchase:
    found = Purchase.objects.select_related("person", "provider")
    return get_object_or_404(found, person=money_to_see(standing), public_id=public_id)


def purchase_to_change(standing: Standing, public_id: str) -> Purchase:
    _may(standing, Scope.BUY)
    return purchase_to_see(standing, public_id)


def evidence_to_see(standing: Standing, public_id: str) -> Evidence:
    found = Evidence.objects.select_related("purchase")
    return get_object_or_404(found, purchase__person=money_to_see(standing), public_id=public_id)


def approval_to_see(standing: Standing, public_id: str) -> Approval:
    """A request about the person's money, for them and their helpers."""
    found = Approval.objects.select_related("purchase__person", "purchase__provider", "council", "holder", "decided_by")
    return get_object_or_404(found, purchase__person=money_to_see(standing), public_id=public_id)


def approval_for_person(standing: Standing, public_id: str) -> Approval:
    """A question to the person themselves: nobody answers it in their name."""
    if standing.for_another:
        raise Http404
    approval = approval_to_see(standing, public_id)
    if approval.asked_of != AskedOf.PERSON:
        raise Http404
    return approval


def approval_to_take_back(standing: Standing, public_id: str) -> Approval:
    _may(standing, Scope.BUY)
    return approval_to_see(standing, public_id)


def approval_for_holder(user: User, public_id: str) -> Approval:
    found = Approval.objects.select_related("purchase__person", "purchase__provider", "holder")
    return get_object_or_404(found, asked_of=AskedOf.HOLDER, holder__keepers=user, public_id=public_id)


def purchase_for_holder(user: User, public_id: str) -> Purchase:
    return get_object_or_404(selectors.to_be_paid_by(holder_of=user), public_id=public_id)


def called_off_for_holder(user: User, public_id: str) -> Purchase:
    """What this person's fund paid for and was called off, whether or not the money is back."""
    return get_object_or_404(selectors.called_off_of(holder_of=user), public_id=public_id)


def called_off_for_commissioner(user: User, council: Council, public_id: str) -> Purchase:
    council_for_commissioner(user, council.slug)
    return get_object_or_404(selectors.called_off_of(council=council), public_id=public_id)


def money_back_of(purchase: Purchase, number: int) -> MoneyBack:
    """What was written down as come back and not taken back since."""
    return get_object_or_404(purchase.came_back, number=number, undoes=None, undone_by=None)


def declarations_to_change(standing: Standing, provider_id: str) -> tuple[list[Declaration], Provider]:
    """What counts of what was said about this person and those who work for a provider, and that provider."""
    person = money_to_change(standing)
    said = [each for each in selectors.said_of(person) if each.provider and each.provider.public_id == provider_id]
    if not said or said[0].provider is None:
        raise Http404
    return said, said[0].provider


def helper_to_limit(standing: Standing, pk: int, now: datetime) -> Delegation:
    """Somebody who may buy for the person; only the person sets a limit."""
    if standing.for_another:
        raise Http404
    return get_object_or_404(selectors.helpers_who_buy(standing.person, now), pk=pk)


def council_for_commissioner(user: User, slug: str) -> Council:
    return get_object_or_404(councils_of(user, CouncilRole.COMMISSIONER), slug=slug)


def budget_for_commissioner(user: User, public_id: str) -> Budget:
    """An open budget that a council pays for which this person commissions."""
    mine = councils_of(user, CouncilRole.COMMISSIONER)
    found = Budget.objects.filter(council__in=mine, closed_at=None)
    return get_object_or_404(found.select_related("person", "council", "holder", "nominated"), public_id=public_id)


def approval_for_commissioner(user: User, public_id: str) -> Approval:
    found = Approval.objects.select_related("purchase__person", "purchase__provider", "council")
    mine = councils_of(user, CouncilRole.COMMISSIONER)
    return get_object_or_404(found, asked_of=AskedOf.COUNCIL, council__in=mine, public_id=public_id)


def purchase_for_commissioner(user: User, council: Council, public_id: str) -> Purchase:
    council_for_commissioner(user, council.slug)
    return get_object_or_404(selectors.to_be_paid_by(council=council), public_id=public_id)


def exemption_for_commissioner(user: User, public_id: str) -> Exemption:
    mine = councils_of(user, CouncilRole.COMMISSIONER)
    found = Exemption.objects.select_related("council", "person", "provider")
    return get_object_or_404(found, council__in=mine, public_id=public_id)
