"""What anybody may see."""

from ..policy import EVERYBODY, NONE, row

DOCUMENT = {"0": "document", "1": "document_name"}

ROWS = [
    row("health_live", EVERYBODY, NONE),
    row("health_ready", EVERYBODY, NONE),
    row("offline", EVERYBODY, NONE),
    row("offline_worker", EVERYBODY, NONE),
    row("set_language", EVERYBODY),
    row("look:parts", EVERYBODY, NONE, why="the gallery of components: demonstration and development only"),
    row("look:colour", EVERYBODY, NONE, digits="=74274b"),
    row("look:language", EVERYBODY, code="=cy"),
    row("map_tile", EVERYBODY, NONE, zoom="=6", x="=31", y="=20"),
    row("media", EVERYBODY, path="media", why="public photographs, re-encoded, under names nobody can guess"),
    row("/", EVERYBODY),
    row("/quantock/", EVERYBODY),
    row("{live_path}", EVERYBODY),
    row("{draft_path}", NONE, why="a draft has no address, not even for its keeper: they preview it"),
    row("{waiting_path}", NONE),
    row("{suspended_path}", NONE, why="suspension takes the page away at the next request"),
    row("{archived_path}", NONE),
    row("/quantock/guide-in-draft/", NONE),
    row("assurance:concern", EVERYBODY, why="whoever is worried may say so without an account"),
    row("assurance:concern_kept", EVERYBODY, NONE, public_id="=7KQ2-M9XD-4TRB", why="says thank you, looks nothing up"),
    row("wagtaildocs_serve", EVERYBODY, why="a council’s documents are public", **DOCUMENT),
    row("wagtaildocs_authenticate_with_password", NONE, restriction_id="=1"),
    row("wagtailcore_authenticate_with_password", NONE, page_view_restriction_id="=1", page_id="live_page"),
    row("wagtailcore_login", NONE, why="our own addresses come first, and sign-in is ours"),
]
