"""How people use a page: with a mouse or a finger, or with keys alone."""

import re

from playwright.sync_api import Locator, Page

FURTHEST = 250  # presses of Tab from anywhere to anywhere on a page
# A person must see where they are: the thing itself, what it labels or what stands for it has a ring or another colour.
SEEN = """el => {
  const near = [el, el.nextElementSibling, el.closest('.nhsuk-radios__item, .nhsuk-checkboxes__item')];
  const marks = near.filter(Boolean).flatMap(it => [getComputedStyle(it), getComputedStyle(it, '::before')]);
  return marks.some(it => (it.outlineStyle !== 'none' && parseFloat(it.outlineWidth) > 0) || it.boxShadow !== 'none');
}"""


class Mouse:
    """Clicks, and types where it has clicked."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def find(self, role: str, words: str) -> Locator:
        spoken = re.escape(words).replace(":", r"\s*:")  # what only ears are told stands apart from what is shown
        return self.page.get_by_role(role, name=re.compile(f"^{spoken}$")).first

    def follow(self, words: str) -> None:
        self.find("link", words).click()

    def press(self, words: str) -> None:
        self.find("button", words).click()

    def open(self, words: str) -> None:
        self.page.locator("summary", has_text=words).click()

    def field(self, label: str) -> Locator:
        """By its first words; what need not be answered says so after them."""
        return self.page.get_by_label(re.compile(f"^{re.escape(label)}")).first

    def fill(self, label: str, words: str) -> None:
        self.field(label).fill(words)

    def tick(self, label: str) -> None:
        self.page.get_by_label(label).first.check()

    def pick(self, label: str, words: str) -> None:
        self.field(label).select_option(label=words)


class Keys(Mouse):
    """Tab, arrows, Enter, the space bar and letters; fails where somebody would lose sight of where they are."""

    def go_to(self, wanted: Locator) -> None:
        wanted.wait_for(state="attached")
        for _press in range(FURTHEST):
            if wanted.evaluate("el => el === document.activeElement"):
                assert wanted.evaluate(SEEN), f"nothing shows that this has the focus: {wanted}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{FURTHEST} presses of Tab never reach {wanted}")

    def follow(self, words: str) -> None:
        self._enter(self.find("link", words))

    def press(self, words: str) -> None:
        self._enter(self.find("button", words))

    def open(self, words: str) -> None:
        self.go_to(self.page.locator("summary", has_text=words))
        self.page.keyboard.press("Enter")

    def fill(self, label: str, words: str) -> None:
        self.go_to(self.field(label))
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(words)

    def tick(self, label: str) -> None:
        box = self.page.get_by_label(label).first
        if box.get_attribute("type") == "radio":
            self._arrow_to(box)
        else:
            self.go_to(box)
        if not box.is_checked():
            self.page.keyboard.press("Space")

    def pick(self, label: str, words: str) -> None:
        self.go_to(self.field(label))
        self.page.keyboard.type(words)

    def _enter(self, wanted: Locator) -> None:
        self.go_to(wanted)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def _arrow_to(self, radio: Locator) -> None:
        """Tab stops once at a group of radios; arrows go on inside it."""
        group = f"document.activeElement.name === {radio.get_attribute('name')!r}"
        for _press in range(FURTHEST):
            if self.page.evaluate(group):
                break
            self.page.keyboard.press("Tab")
        for _press in range(FURTHEST):
            if radio.evaluate("el => el === document.activeElement"):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no arrow reaches {radio}")


def wagtail_press(page, words: str) -> None:
    """A choice of the editor's menu beside its first button."""
    page.wait_for_load_state("networkidle")  # its preview has been drawn
    page.get_by_role("navigation", name="Actions (footer)").get_by_role("button", name="More actions").click()
    page.get_by_role("button", name=words, exact=True).click()
