"""One raw service after another, as nested dictionaries of the Open Referral UK shape, from files and folders.

Shapes read: a JSON page or list of Open Referral UK 3 services; a page of the Outpost API (Scout directories); a
folder of HSDS CSV tables (services.csv beside organizations.csv, locations.csv and so on).
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from marketplace.core.errors import DomainError

Raw = dict[str, Any]
PAGES = ("contents", "content", "services", "items")
LARGEST = 200 * 1024 * 1024  # bytes


class Unreadable(DomainError):
    """The file is none of the shapes that can be read; the message says what was found instead."""


def read(path: Path) -> Iterator[Raw]:
    """Every raw service in a JSON file or a folder of CSV tables. Raises Unreadable."""
    if path.is_dir():
        yield from _from_tables(path)
    elif path.suffix.lower() == ".json":
        yield from _from_json(path)
    else:
        raise Unreadable(f"{path.name} is neither a JSON file nor a folder of CSV tables.")


def _from_json(path: Path) -> Iterator[Raw]:
    if not path.exists():
        raise Unreadable(f"{path} does not exist.")
    if path.stat().st_size > LARGEST:
        raise Unreadable(f"{path.name} is larger than 200 MB. Split it first.")
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path.name} is not JSON: {error}.") from error
    if isinstance(found, dict) and "service" in found and "location" in found:
        found = [_of_a_location(found)]
    if isinstance(found, dict):
        found = next((found[key] for key in PAGES if isinstance(found.get(key), list)), [found])
    if not isinstance(found, list):
        raise Unreadable(f"{path.name} holds no list of services.")
    for service in found:
        if not isinstance(service, dict):
            raise Unreadable(f"{path.name} holds something that is not a service: {str(service)[:60]!r}.")
        yield _of_a_location(service) if "service" in service and "location" in service else service


def _of_a_location(pair: Raw) -> Raw:
    return {**pair["service"], "service_at_locations": [{"location": pair["location"]}]}


def _from_tables(folder: Path) -> Iterator[Raw]:
    if not (folder / "services.csv").exists():
        raise Unreadable(f"{folder.name} holds no services.csv.")
    organizations = _by_id(folder, "organizations")
    locations = _by_id(folder, "locations")
    addresses = _grouped(folder, "addresses", "location_id")
    phones = _grouped(folder, "phones", "service_id")
    schedules = _grouped(folder, "regular_schedules", "service_id") | _grouped(folder, "schedules", "service_id")
    costs = _grouped(folder, "cost_options", "service_id")
    placed = _grouped(folder, "service_at_location", "service_id")
    terms = {row.get("taxonomy_id", ""): row.get("name", "") for row in _rows(folder, "taxonomy")}
    for row in _rows(folder, "services"):
        location_ids = [row.get("location_id")] + [pair.get("location_id") for pair in placed[row["id"]]]
        where = [{**locations[key], "addresses": addresses[key]} for key in location_ids if key in locations]
        organization_id = row.get("organization_id") or next((at.get("organization_id") for at in where), None)
        yield {
            **row,
            "organization": organizations.get(organization_id or ""),
            "service_at_locations": [{"location": at} for at in where],
            "phones": phones[row["id"]],
            "schedules": schedules[row["id"]],
            "cost_options": costs[row["id"]],
            "attributes": [
                {"taxonomy_term": {"name": terms[key]}}
                for key in (part.strip() for part in (row.get("taxonomy_ids") or "").split(","))
                if key in terms
            ],
        }


def _rows(folder: Path, name: str) -> list[Raw]:
    path = folder / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def _by_id(folder: Path, name: str) -> dict[str, Raw]:
    return {row["id"]: row for row in _rows(folder, name)}


def _grouped(folder: Path, name: str, key: str) -> dict[str, list[Raw]]:
    groups: dict[str, list[Raw]] = defaultdict(list)
    for row in _rows(folder, name):
        groups[row.get(key) or ""].append(row)
    groups.pop("", None)
    return groups
