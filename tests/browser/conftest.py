"""Headless Chromium and Jupyter servers for a module's tests, and pages that fail on requests elsewhere."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
LOCAL_SCHEMES = {"file", "data", "blob", "about"}
# A cell sent before the kernel has answered its first question is lost, and "run all" then never ends.
KERNEL_READY = """async () => {
  const session = jupyterapp.shell.currentWidget.sessionContext;
  await session.ready;
  await session.session.kernel.info;
}"""


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


@pytest.fixture(scope="session")
def open_notebook():
    """Open a notebook's address of JupyterLab in a page and wait until its kernel takes cells."""

    def opened(page, address: str):
        page.goto(address)
        # On a phone the indicator hides behind the toolbar's "…".
        idle = ".jp-Notebook-ExecutionIndicator[data-status=idle]"
        page.wait_for_selector(idle, state="attached", timeout=90_000)
        page.evaluate(KERNEL_READY)
        return page

    return opened


@pytest.fixture(scope="module")
def start_server(tmp_path_factory):
    """Start a Jupyter program on a free port of 127.0.0.1, on settings of its own; return its address."""
    running = []

    def start(folder: Path, *options: str, program: str = "jupyterlab", **env: str) -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        scratch = tmp_path_factory.mktemp("jupyter")
        command = [
            sys.executable, "-m", program, "--no-browser", "--ip=127.0.0.1", f"--port={port}",
            "--ServerApp.port_retries=0", "--IdentityProvider.token=", f"--ServerApp.root_dir={folder}",
            *(["--LabApp.expose_app_in_browser=True"] if program == "jupyterlab" else []),
            *(["--allow-root"] if os.geteuid() == 0 else []), *options,
        ]  # fmt: skip
        # What a developer set for himself must not decide what a test sees.
        own = {
            "JUPYTER_CONFIG_DIR": str(scratch / "config"),
            "JUPYTERLAB_SETTINGS_DIR": str(scratch / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(scratch / "workspaces"),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        }
        log = (scratch / "log").open("w")
        server = subprocess.Popen(
            command, cwd=folder, env=os.environ | own | env, stdout=log, stderr=subprocess.STDOUT
        )
        running.append((server, log))
        address = f"http://127.0.0.1:{port}"
        if not _answers(f"{address}/api", server):
            pytest.fail((scratch / "log").read_text("utf-8"))
        return address

    yield start
    for server, log in running:
        server.terminate()
        server.wait(30)
        log.close()


def _answers(url: str, server: subprocess.Popen, seconds: float = 90) -> bool:
    """Wait until a server answers; False when it ended or took too long."""
    deadline = time.monotonic() + seconds
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except OSError:
            time.sleep(0.25)
        else:
            return True
    return False
