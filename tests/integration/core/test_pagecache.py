"""Pages for strangers are kept until anything public changes, by file or by Redis."""

import os

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from marketplace.core import pagecache
from marketplace.core.middleware import PrivatePagesMiddleware
from marketplace.core.pagecache import for_everyone


@pytest.fixture(params=["file", "redis"])
def where_it_is_said(request, settings, tmp_path) -> None:
    if request.param == "redis" and not os.environ.get("REDIS_URL"):
        pytest.skip("needs REDIS_URL")
    settings.REDIS_URL = os.environ["REDIS_URL"] if request.param == "redis" else ""
    settings.PUBLIC_STAMP = str(tmp_path / "public.stamp")


def served(view) -> bytes:
    return PrivatePagesMiddleware(view)(RequestFactory().get("/search/?q=soup")).content


@pytest.mark.usefixtures("where_it_is_said")
def test_a_page_is_kept_until_something_public_changes(db, django_capture_on_commit_callbacks):
    words = iter([b"first", b"second"])
    view = for_everyone(lambda request: HttpResponse(next(words)))
    assert [served(view), served(view)] == [b"first", b"first"]
    with django_capture_on_commit_callbacks(execute=True):
        pagecache.something_public_changed()
    assert served(view) == b"second"


@pytest.mark.usefixtures("where_it_is_said")
def test_a_page_during_whose_making_something_changed_is_not_shown_again(db, django_capture_on_commit_callbacks):
    """It may have been read before the change: a listing suspended at that moment would stay for a minute."""
    made = []

    @for_everyone
    def view(request: HttpRequest) -> HttpResponse:
        made.append("shown" if not made else "gone")
        if len(made) == 1:
            with django_capture_on_commit_callbacks(execute=True):
                pagecache.something_public_changed()
        return HttpResponse(made[-1])

    assert served(view) == b"shown"
    assert served(view) == b"gone"
