"""What a reader of the article page waits for, measured by Chromium itself."""

import statistics
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.browser.install import installed

VISITS = 5
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WATCH = """
window.seen = { paint: 0, shift: 0, slowest: 0 };
const watch = (type, options, note) =>
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true, ...options });
watch("largest-contentful-paint", {}, (entry) => (window.seen.paint = entry.startTime));
watch("layout-shift", {}, (entry) => (window.seen.shift += entry.value));
watch("event", { durationThreshold: 16 }, (entry) => {
  if (entry.interactionId) window.seen.slowest = Math.max(window.seen.slowest, entry.duration);
});
"""
# Event timings shorter than the threshold are not told; this is the smallest that the standard allows.
SHORTEST = 16.0


def visits(url: str) -> dict[str, float]:
    """Medians over some visits with an empty cache: milliseconds to the largest paint and from the slowest of some
    interactions to the next paint (16: none took longer), and the sum of layout shifts."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=ARGUMENTS)
        seen = [_visit(browser, url) for _ in range(VISITS)]
        browser.close()
    return {
        "LCP ms": statistics.median(each["paint"] for each in seen),
        "INP ms": max(SHORTEST, statistics.median(each["slowest"] for each in seen)),
        "CLS": max(each["shift"] for each in seen),
    }


def _visit(browser: Browser, url: str) -> dict[str, Any]:
    """One visit: look at the page, rate it, write something."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(url, wait_until="networkidle")
    seen: dict[str, Any] = {"paint": page.evaluate("seen.paint"), "shift": page.evaluate("seen.shift")}
    page.locator(".stars__choices label").nth(3).click()
    page.wait_for_load_state("networkidle")
    page.locator("#id_body").click()
    page.keyboard.type("A thought on this matter.")
    page.wait_for_timeout(300)
    seen["slowest"] = page.evaluate("seen.slowest")
    context.close()
    return seen
