"""The forms on a page, read as a browser would, so that they can be sent back filled with anything."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin


@dataclass
class FormFound:
    """Where it goes, how, and what stands in its inputs now."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.found: list[FormFound] = []
        self.open: FormFound | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self.page, said.get("action") or self.page)
            self.open = FormFound(action, said.get("method", "get").upper())
            self.found.append(self.open)
        elif self.open is not None and tag == "option":
            if self.select and ("selected" in said or self.select not in self.open.values):
                self.open.values[self.select] = said.get("value", "")
        elif self.open is not None and said.get("name"):
            self._input(tag, said)

    def _input(self, tag: str, said: dict[str, str]) -> None:
        name, kind = said["name"], said.get("type", "text")
        if tag == "select":
            self.select = name
        elif kind == "file":
            self.open.files.append(name)
        elif kind not in ("checkbox", "radio") or "checked" in said or name not in self.open.values:
            self.open.values[name] = said.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.select = ""


def forms_on(page: str, body: bytes) -> list[FormFound]:
    reader = _Reader(page)
    reader.feed(body.decode(errors="replace"))
    return reader.found
