"""Whose rules somebody may change. Everybody else gets a 404."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.shortcuts import get_object_or_404

from marketplace.people.models import Council, CouncilRole, User
from marketplace.people.selectors import councils_of

from ..models import WordRule


def council_for_curator(user: User, slug: str) -> Council:
    return get_object_or_404(councils_of(user, CouncilRole.CURATOR), slug=slug)


def first_council(user: User) -> Council:
    """The first of this curator's councils by name; Http404 for everybody else."""
    if not user.is_authenticated:
        raise Http404
    found = councils_of(user, CouncilRole.CURATOR).order_by("name").first()
    if found is None:
        raise Http404
    return found


def operator(user: User) -> None:
    """Only who runs the site for all councils keeps the national rules."""
    if not user.is_authenticated or not user.is_national_operator:
        raise Http404


def rule_for_curator(user: User, pk: int) -> WordRule:
    """A rule in force of this person's council, or a national one for the national operator."""
    if not user.is_authenticated:
        raise Http404
    row = get_object_or_404(WordRule.objects.select_related("council").filter(active=True), pk=pk)
    mine = user.is_national_operator if row.council is None else row.council in councils_of(user, CouncilRole.CURATOR)
    if not mine:
        raise Http404
    return row


def may_see_why(user: User | AnonymousUser) -> bool:
    """Curators and the national operator may see why a listing stands where it does."""
    return user.is_authenticated and (user.is_national_operator or councils_of(user, CouncilRole.CURATOR).exists())
