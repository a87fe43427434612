"""What a backup is made of, for the two commands that write and read one."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings

DUMP, FILES = "database.dump", "files.tar"


def folders() -> dict[str, Path]:
    """The folders of files that people gave us, by their names in a backup."""
    return {"evidence": Path(settings.EVIDENCE_DIR), "media": Path(settings.MEDIA_ROOT)}


def where(known: dict[str, Any]) -> list[str]:
    """How the programs of PostgreSQL are told where a database is."""
    named = {"--host": known["HOST"], "--port": known["PORT"], "--username": known["USER"]}
    return [f"{name}={value}" for name, value in named.items() if value]


def environment(known: dict[str, Any]) -> dict[str, str]:
    """The password goes by the environment, where no list of processes shows it."""
    return os.environ | ({"PGPASSWORD": known["PASSWORD"]} if known["PASSWORD"] else {})
