"""Headless Chromium for a module's tests, and pages that fail on errors and on requests elsewhere."""

from __future__ import annotations

from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
LOCAL_SCHEMES = {"file", "data", "blob", "about"}


# Playwright's synchronous interface runs once per thread, so its life is a module, never the session.
@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def watched(chromium):
    """A context manager of a new page: it must end without script error and without request to elsewhere."""

    @contextmanager
    def open_page(**options):
        context = chromium.new_context(**options)
        page = context.new_page()
        errors: list[str] = []
        requests: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.on("request", lambda request: requests.append(request.url))
        try:
            yield page
            assert errors == []
            assert [url for url in requests if not _stays_here(url)] == []
        finally:
            context.close()

    return open_page


def _stays_here(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in LOCAL_SCHEMES or parts.hostname == "127.0.0.1"
