"""Which pages and pictures of the admin are somebody's to work on. Everything else is a 404."""

from collections.abc import Sequence

from django.db.models import F, Q, QuerySet
from django.http import Http404
from wagtail.models import Page
from wagtail.permissions import policy_registry

from marketplace.people.models import User

from .models import Photo


def below(user: User) -> Q:
    """The places in the tree that this person's groups may change, as a filter the search can follow too."""
    roots = Page.objects.filter(
        group_permissions__group__user=user, group_permissions__permission__codename="change_page"
    ).values_list("path", flat=True)
    places = Q(path="")
    for path in set(roots):
        places |= Q(path__startswith=path)
    return places


def editable_by(user: User) -> QuerySet[Page]:
    """The pages that this person's groups may change. 1 query beside the pages' own."""
    return Page.objects.all() if user.is_superuser else Page.objects.filter(below(user))


def page_for_curator(user: User, pk: int) -> None:
    """Refuse whatever the admin would do with a page that is not this person's, before it is loaded."""
    if not editable_by(user).filter(pk=pk).exists():
        raise Http404


def linkable_by(user: User, pages: QuerySet[Page]) -> QuerySet[Page]:
    """What somebody may link to: what is public under the name that waits in its draft, and what they may change.

    Filters by nothing but what the search index knows (path, live, id), because the chooser searches in it.
    """
    if user.is_superuser:
        return pages
    theirs = below(user)
    renamed = list(
        Page.objects.filter(live=True).exclude(draft_title=F("title")).exclude(theirs).values_list("pk", flat=True)
    )
    public = Q(live=True) & ~Q(pk__in=renamed) if renamed else Q(live=True)
    return pages.filter(public | theirs)


def links_for_curator(user: User, ids: Sequence[str]) -> None:
    """Refuse to link to another council's draft: the answer would hold its title."""
    known = numbers(ids)
    if linkable_by(user, Page.objects.all()).filter(pk__in=known).count() != len(known):
        raise Http404


def bulk_for_curator(user: User, kind: str, ids: Sequence[str], parent: str | None) -> None:
    """Refuse to act on many things at once when any is not this person's: the page of refusal would name them.

    `kind` is "wagtailcore.page" or "cms.photo"; `ids` are as typed, or "all" with the page they hang under.
    """
    if user.is_superuser:
        return
    if kind == "wagtailcore.page":
        theirs = editable_by(user)
        wanted = [parent or ""] if "all" in ids else list(ids)
    elif kind == "cms.photo" and "all" not in ids:
        theirs = policy_registry.get_by_type(Photo).instances_user_has_any_permission_for(user, ["change", "delete"])
        wanted = list(ids)
    else:
        raise Http404
    known = numbers(wanted)
    if not known or theirs.filter(pk__in=known).count() != len(known):
        raise Http404


def numbers(words: Sequence[str]) -> set[int]:
    """Those of these ids that can be somebody's: ASCII figures that a column holds. The rest is left out."""
    return {int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 19}
