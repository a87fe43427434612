"""What the map beside the results shows when somebody moves it: the same results, gathered where they stand close."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from marketplace.core.pagecache import for_everyone

from .. import presentation, selectors
from ..backends import one_patience
from ..query import MapPiece, SearchQuery


@require_safe
@for_everyone
@one_patience()
def clusters(request: HttpRequest) -> HttpResponse:
    """Marks as `presentation.marks` gives them. Comfort only: everything stands in the list."""
    query, _said = selectors.taken(SearchQuery.from_url(request.GET))
    found = selectors.map_marks(query, piece=MapPiece.from_url(request.GET), today=timezone.localdate())
    return JsonResponse({"marks": presentation.marks(found)})
