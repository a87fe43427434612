"""What a kind of help is made of."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Priced:
    """One line for a price list: title, unit, pence from and to (in steps of 50p), minutes, and group terms."""

    title: str
    unit: str
    low: int = 0
    high: int = 0
    minutes: int | None = None
    details: str = ""
    group: tuple[int, int, int] | None = None  # pence for all, least, most
    dated: int = 0  # places, when it is a class with dates


@dataclass(frozen=True)
class Kind:
    slug: str
    name: str
    hint: str
    art: str
    titles: tuple[str, ...]
    summaries: tuple[str, ...]
    abouts: tuple[str, ...]
    prices: tuple[Priced, ...]
    personal_care: bool = False
    venue: bool = False
    group: bool = False
    direct_payment: str = "allowed"
    share: int = 16  # how many of the 300 providers
    words: tuple[str, ...] = field(default=())
