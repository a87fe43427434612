import gzip
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from marketplace.core.look import stylesheet


class Command(BaseCommand):
    help = "Join the base, the tokens and our own styles into one stylesheet, without what no template uses."

    def handle(self, *args: Any, **options: Any) -> None:
        path, written = stylesheet.build(settings.LOOK_BUILD_DIR)
        weight = len(gzip.compress(path.read_bytes(), 9)) / 1000
        state = "written" if written else "already up to date"
        self.stdout.write(f"{path.relative_to(settings.BASE_DIR)} {state}: {weight:.1f} kB compressed")
