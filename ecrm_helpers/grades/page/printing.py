"""Print a page to PDF with a browser of the Chromium family, where one is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from ecrm_helpers.errors import GradingError
from ecrm_helpers.grades.output import write_privately
from ecrm_helpers.messages import report as messages

__all__ = ["find_browser", "print_pdf"]

NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
    "msedge",
)  # fmt: skip
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
FLAGS = (
    "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--no-pdf-header-footer",
)  # fmt: skip
SECONDS = 120


def find_browser() -> str | None:
    """Find a browser that prints without a window; None where there is none."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or next((place for place in PLACES if Path(place).is_file()), None)


def print_pdf(page: Path, browser: str) -> Path:
    """Print a page beside itself, readable by its owner only.

    Raises
    ------
    GradingError
        The browser failed, took too long or left no PDF.
    OSError
        The file cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="ecrm-print-") as aside:
        made = Path(aside) / "page.pdf"
        command = [browser, *FLAGS, f"--user-data-dir={aside}/profile", f"--print-to-pdf={made}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append(
                "--no-sandbox"
            )  # Chromium refuses root otherwise; the page is our own, with no script
        detail = _run([*command, page.resolve().as_uri()])
        if not made.is_file() or not made.read_bytes().startswith(b"%PDF"):
            message = messages.not_printed(Path(browser).name, detail)
            raise GradingError(message)
        return write_privately(page.with_suffix(".pdf"), made.read_bytes())


def _run(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return type(error).__name__
    return f"{done.returncode}" if done.returncode else ""
