"""Who wrote the words that wait: everybody who changed any of them since the version strangers see."""

from typing import Any

from wagtail.models import Page, Revision

from marketplace.people.models import User

SHARED_WORDS = frozenset({"title", "slug", "seo_title", "search_description"})


def wrote_any(page: Page, user: User) -> bool:
    """Whether any words waiting on this page are this person's: then somebody else has to approve them.

    A comment, a lock or a date of publication is no authorship. 1 query when the person saved nothing.
    """
    waiting = Revision.objects.for_instance(page)
    if page.live_revision_id:
        waiting = waiting.filter(pk__gt=page.live_revision_id)
    if not waiting.filter(user_id=user.pk).exists():
        return False
    names = _word_names(page)
    before = _words(page.live_revision.content, names) if page.live_revision_id else {}
    for content, author in waiting.order_by("pk").values_list("content", "user_id"):
        now = _words(content, names)
        if author == user.pk and now != before:
            return True
        before = now
    return False


def same_words(page: Page, first: Revision, second: Revision) -> bool:
    names = _word_names(page)
    return _words(first.content, names) == _words(second.content, names)


def _word_names(page: Page) -> frozenset[str]:
    own = page.specific_class._meta
    return SHARED_WORDS | {field.name for field in (*own.local_fields, *own.local_many_to_many)}


def _words(content: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: _as_typed(content.get(name)) for name in names}


def _as_typed(words: Any) -> Any:
    """A browser sends the ends of lines in its own way, and no space at the ends of a text: nobody wrote those."""
    return words.replace("\r\n", "\n").strip() if isinstance(words, str) else words
