"""The HTML report in a browser: headless Chromium, as a person would use it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lwslint.model.outcome import Outcome, Silencer, Suppressed
from lwslint.report import ReportOptions, render

if os.environ.get("LWSLINT_REQUIRE_BROWSER"):
    import axe_playwright_python.sync_playwright as axe
    import playwright.sync_api as sync_api
else:
    sync_api = pytest.importorskip("playwright.sync_api")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("LWSLINT_REQUIRE_BROWSER"), reason="no Chromium here"
    ),
    pytest.mark.xdist_group("browser"),
]

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def open_report(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens a report from disk; at the end nothing may have been asked for, said or raised."""
    troubles: list[str] = []
    contexts: list[Any] = []

    def asked(request: Any) -> None:
        if not request.url.startswith("file:"):
            troubles.append(request.url)

    def open_(outcome: Outcome, anchor: str = "", **options: Any) -> Any:
        file = tmp_path / "report.html"
        file.write_text(
            render("html", outcome, ReportOptions(show_suppressed=True)), "utf-8", "backslashreplace"
        )
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        page.on("dialog", lambda dialog: troubles.append(f"dialog: {dialog.message}"))
        page.on("request", asked)
        page.goto(f"{file.as_uri()}{anchor}")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert troubles == []


def shown(page: Any) -> list[str]:
    """The headings of the findings that can be seen."""
    return [one.inner_text() for one in page.locator("article:visible h2").all()]


def many(outcome: Outcome, number: int) -> Outcome:
    """An outcome with so many findings, fifty a file."""
    finding = outcome.findings[1]
    text = outcome.sources[finding.place.path] + "\n" * 60
    findings, sources = [], dict(outcome.sources)
    for at in range(number):
        place = msgspec.structs.replace(
            finding.place, path=f"src/gen{at // 50}.c", line=at % 50 + 1, end_line=at % 50 + 1
        )
        sources[place.path] = text
        steps = (*finding.steps[:-1], msgspec.structs.replace(finding.steps[-1], place=place))
        message = f"{finding.message} ({at})"
        findings.append(
            msgspec.structs.replace(finding, place=place, steps=steps, message=message, mend=None)
        )
    return msgspec.structs.replace(outcome, findings=tuple(findings), sources=sources)


def test_the_worst_finding_is_shown_with_its_path(open_report: Open, story: Outcome) -> None:
    page = open_report(story)
    (title,) = shown(page)
    assert "makes a second context" in title
    assert page.locator("article:visible ol.steps > li").count() == 9
    assert page.locator("article:visible .way svg rect").count() > 1
    life = page.locator("article:visible ol.life").inner_text()
    assert "zeroed" in life and "still holds" in life and "client_ssl_cert_filepath" in life


def test_a_walk_by_keyboard(open_report: Open, story: Outcome) -> None:
    page = open_report(story)
    current = page.locator("article:visible [aria-current] .bubble")
    for number in range(1, 4):
        page.keyboard.press("j")
        assert current.first.inner_text() == str(number)
    page.keyboard.press("k")
    assert current.first.inner_text() == "2"
    first = shown(page)
    page.keyboard.press("p")
    assert shown(page) != first
    page.keyboard.press("n")
    assert shown(page) == first
    page.keyboard.press("?")
    assert page.locator("dialog#help").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("dialog#help").is_visible()
    page.keyboard.press("/")
    page.keyboard.type("keeps between")
    assert page.locator(".found > li:visible").count() == 1


def test_filters_are_kept_in_the_address(open_report: Open, story: Outcome) -> None:
    page = open_report(story)
    page.locator("#rule").select_option("LWS101")
    assert page.locator(".found > li:visible").count() == 1
    page.locator("#q").fill("keeps its fields")
    address = page.evaluate("location.hash")
    again = open_report(story, address)
    assert again.locator("#rule").input_value() == "LWS101"
    assert again.locator("#q").input_value() == "keeps its fields"
    assert again.locator(".found > li:visible").count() == 1


def test_what_is_known_can_be_left_out(open_report: Open, story: Outcome) -> None:
    known = Suppressed(story.findings[0], "in the baseline", Silencer.BASELINE)
    outcome = msgspec.structs.replace(story, findings=story.findings[1:], suppressed=(known,), compared=True)
    page = open_report(outcome)
    assert page.locator(".found > li:visible").count() == 2
    assert axe.Axe().run(page).violations_count == 0
    page.locator(".chip", has_text="known").click()
    assert page.locator(".found > li:visible").count() == 1
    again = open_report(outcome, page.evaluate("location.hash"))
    assert again.locator(".found > li:visible").count() == 1
    again.locator(".chip", has_text="new").click()
    assert again.locator(".nothing").is_visible()
    assert open_report(story).locator(".chip.news").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_is_accessible(open_report: Open, story: Outcome, scheme: str, width: int) -> None:
    page = open_report(story, color_scheme=scheme, viewport={"width": width, "height": 900})
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_can_be_read_without_a_script(open_report: Open, story: Outcome) -> None:
    page = open_report(story, java_script_enabled=False)
    assert len(shown(page)) == len(story.findings)
    assert not page.locator("form.filters").is_visible()
    assert "info.client_ssl_cert_filepath = name;" in page.locator("article").nth(1).inner_text()


def test_on_paper_all_findings_are_there(open_report: Open, story: Outcome) -> None:
    page = open_report(story)
    page.emulate_media(media="print")
    assert len(shown(page)) == len(story.findings)
    assert not page.locator("nav.list").is_visible() or not page.locator("form.filters").is_visible()


def test_hostile_text_stays_text(open_report: Open, hostile: Outcome) -> None:
    page = open_report(hostile)
    for item in page.locator(".found > li a").all():
        item.click()
    assert page.locator("img, iframe, object, embed, form:not(.filters)").count() == 0
    assert page.locator("script").count() == 2
    assert page.evaluate("[...document.links].every(a => ['file:', 'https:'].includes(a.protocol))")


def test_remarks_in_the_code_are_not_cut_off(open_report: Open, story: Outcome) -> None:
    for width in (1000, 1280, 1600):
        page = open_report(story, viewport={"width": width, "height": 900})
        cut = page.evaluate(
            """[...document.querySelectorAll("article:not([hidden]) .remark .said")].filter((one) => {
                const right = (node) => node.getBoundingClientRect().right;
                return right(one) > right(one.closest(".rows"));
            }).length"""
        )
        assert cut == 0


def test_five_thousand_findings_do_not_stall_it(open_report: Open, story: Outcome) -> None:
    outcome = many(story, 5_000)
    start = time.monotonic()
    page = open_report(outcome)
    page.wait_for_selector("article:visible")
    opened = time.monotonic() - start
    start = time.monotonic()
    page.locator("#q").fill("(4321)")
    page.wait_for_function("document.querySelector('.count').textContent.startsWith('1 ')")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    assert "(4321)" in shown(page)[0]
    assert (opened < 40, time.monotonic() - start < 20) == (True, True)
