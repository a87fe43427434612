"""A council's own kinds of help. National ones are the operator's; a retired kind stays on what already has it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from marketplace.core import audit, pagecache
from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError
from marketplace.people.models import Council

from ..models import Category


class KindExists(DomainError):
    """There is a kind of help with that name here already."""


@transaction.atomic
def category_add(*, council: Council, name: str, by: Actor, now: datetime, **facts: Any) -> Category:
    """`facts` are Category's own fields. Raises KindExists: a name of the whole country's counts too."""
    slug = slugify(name)[:60] or "kind"
    if Category.objects.filter(slug=slug, council=council).exists() or _national(slug):
        raise KindExists(name)
    category = Category.objects.create(council=council, slug=slug, name=name, **facts)
    audit.record("listings.category.add", by=by, subject=category, at=now, name=name)
    pagecache.something_public_changed()
    return category


@transaction.atomic
def category_change(*, category: Category, by: Actor, now: datetime, **facts: Any) -> Category:
    """New words for a kind; its address stays, so that links go on working."""
    for name, value in facts.items():
        setattr(category, name, value)
    category.save()
    audit.record("listings.category.change", by=by, subject=category, at=now, fields=sorted(facts))
    pagecache.something_public_changed()
    return category


@transaction.atomic
def category_retire(*, category: Category, by: Actor, now: datetime) -> Category:
    """Nobody may choose it any more."""
    if category.retired_at is None:
        category.retired_at = now
        category.save(update_fields=["retired_at"])
        audit.record("listings.category.retire", by=by, subject=category, at=now)
        pagecache.something_public_changed()
    return category


def _national(slug: str) -> bool:
    return Category.objects.filter(slug=slug, council=None).exists()
