"""Makes somebody's photograph fit to show: turned upright, at most 1,600 pixels, and nothing but the picture.

The bytes that come in are opened by a child process that may use 512 MB and twenty seconds, so that no file,
however made, can take the site with it. What comes out is always a new JPEG: no EXIF, XMP, colour profile,
comment or anything that was hung on behind. Sources: QUALITY A7, A8.
"""

import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError

MOST_BYTES = 15 * 1024 * 1024
LONGEST_WAIT = 40  # seconds, on a machine with much else to do; the child's own limit is 20 of processor time
ROOT = Path(__file__).resolve().parents[3]


class Fault(StrEnum):
    """Why a file is not taken. The values are what the child process says."""

    EMPTY = "empty"
    TOO_BIG = "too-big"
    NOT_A_PHOTO = "not-a-photo"
    BROKEN = "broken"
    TOO_MANY_PIXELS = "too-many-pixels"
    TOO_SMALL = "too-small"


SENTENCES: dict[Fault, str | Promise] = {
    Fault.EMPTY: _("That file is empty. Choose the photo again."),
    Fault.TOO_BIG: _("That photo is larger than 15 MB. Choose a smaller one, or take it again with your phone."),
    Fault.NOT_A_PHOTO: _(
        "That file is not a photo we can show. Choose a photo from your phone or camera (JPEG, PNG, HEIC or WebP)."
    ),
    Fault.BROKEN: _("Part of that photo is missing, so we cannot show it. Choose it again, or choose another."),
    Fault.TOO_MANY_PIXELS: _("That picture is too large to open. Choose a photo as your phone or camera took it."),
    Fault.TOO_SMALL: _("That picture is too small to show well. Choose one at least 200 pixels wide and high."),
}


class Unfit(DomainError):
    """The file cannot be shown; `sentence` says why and what to do."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault, self.sentence = fault, SENTENCES[fault]


def clean_photo(upload: BinaryIO) -> bytes:
    """The picture in `upload` as a clean sRGB JPEG. Takes JPEG, PNG, WebP, GIF, HEIC and AVIF. Raises Unfit."""
    upload.seek(0)
    data = upload.read(MOST_BYTES + 1)
    if not data:
        raise Unfit(Fault.EMPTY)
    if len(data) > MOST_BYTES:
        raise Unfit(Fault.TOO_BIG)
    try:
        child = subprocess.run(
            [sys.executable, "-m", "providers.listings.photos.decode"],
            input=data,
            capture_output=True,
            cwd=ROOT,
            timeout=LONGEST_WAIT,
            env={"MALLOC_ARENA_MAX": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unfit(Fault.TOO_MANY_PIXELS) from error
    if child.returncode == 0:
        return child.stdout
    said = child.stderr.decode(errors="replace").strip().rsplit("\n", 1)[-1]
    raise Unfit(Fault(said) if said in set(Fault) else Fault.BROKEN)
