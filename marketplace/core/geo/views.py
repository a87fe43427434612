"""The address of the base map's tiles."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from . import mercator, tiles

_A_YEAR = "public, max-age=31536000, immutable"


@require_safe
def map_tile(request: HttpRequest, zoom: int, x: int, y: int) -> HttpResponse:
    """One tile of the British Isles, the same for everybody, so that any cache may keep it; 404 elsewhere."""
    if not mercator.drawn(zoom, x, y):
        raise Http404
    return HttpResponse(tiles.tile(zoom, x, y), content_type="image/png", headers={"Cache-Control": _A_YEAR})
