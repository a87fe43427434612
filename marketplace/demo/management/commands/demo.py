"""From nothing to the seeded site in a browser. Everything it makes lies under var/."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from argparse import ArgumentParser
from pathlib import Path
from urllib.error import URLError

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from whitenoise.compress import Compressor

READY_WITHIN = 60.0  # seconds
PUBLIC_STATIC = ("hb", "search", "leaflet", "django_htmx", "people")


def _older(packed: Path, path: Path) -> bool:
    return not packed.exists() or packed.stat().st_mtime < path.stat().st_mtime


class Command(BaseCommand):
    help = "Prepare the demonstration, then serve it on 127.0.0.1 with its worker until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--prepare-only", action="store_true", help="Prepare, and stop before serving.")

    def handle(self, *args, **options) -> None:
        if not settings.DEMO:
            raise CommandError("Use DJANGO_SETTINGS_MODULE=marketplace.settings.demo.")
        self._prepare()
        if not options["prepare_only"]:
            self._serve(options["port"])

    def _prepare(self) -> None:
        for say, command, arguments in (
            ("Postcodes and places", "geo_build", {}),
            ("Stylesheet", "look_build", {}),
            ("Database", "migrate", {"verbosity": 0, "interactive": False}),
            ("Static files", "collectstatic", {"verbosity": 0, "interactive": False}),
            ("Neighbours", "demo_seed", {}),
            ("Words", "search_words", {}),
            ("Search", "search_audit", {}),  # builds what is missing
        ):
            started = time.monotonic()
            self.stdout.write(f"{say} ...")
            call_command(command, stdout=self.stdout, **arguments)
            self.stdout.write(f"{say}: {time.monotonic() - started:.1f} s")
        self._compress()

    def _compress(self) -> None:
        """Keep gzipped copies of what public pages ask for, as a real deployment does of everything."""
        compressor = Compressor(use_brotli=False, quiet=True)
        for folder in PUBLIC_STATIC:
            for path in (Path(settings.STATIC_ROOT) / folder).rglob("*"):
                packed = path.with_name(f"{path.name}.gz")
                if path.is_file() and compressor.should_compress(path.name) and _older(packed, path):
                    compressor.compress(str(path))

    def _serve(self, port: int) -> None:
        address = f"http://127.0.0.1:{port}"
        environment = {**os.environ, "SITE_URL": os.environ.get("SITE_URL", address)}
        serve = [
            sys.executable,
            "-m",
            "gunicorn",
            "marketplace.wsgi",
            "--bind",
            f"127.0.0.1:{port}",
            "--workers",
            "2",
            "--preload",
        ]
        children = [
            subprocess.Popen([*serve, "--log-level", "warning"], env=environment),
            subprocess.Popen([sys.executable, "manage.py", "run_huey", "--quiet"], env=environment),
        ]
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            self._wait_until_ready(address, children)
            self.stdout.write(self.style.SUCCESS(f"\nReady: {address}/   Sign in as anybody: {address}/demo/\n"))
            while all(child.poll() is None for child in children):
                time.sleep(0.5)
            raise CommandError("A part of the demonstration has stopped; its reason stands above.")
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
        finally:
            for child in children:
                child.terminate()
            for child in children:
                child.wait(timeout=20)

    def _wait_until_ready(self, address: str, children: list[subprocess.Popen]) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline:
            if any(child.poll() is not None for child in children):
                raise CommandError("The site could not start; its reason stands above. Is the port in use?")
            try:
                with urllib.request.urlopen(f"{address}/health/ready", timeout=2) as answer:  # noqa: S310  our own
                    if answer.status == 200:
                        return
            except (URLError, OSError):
                time.sleep(0.3)
        raise CommandError(f"The site did not become ready within {READY_WITHIN:.0f} seconds.")
