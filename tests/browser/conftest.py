"""What every browser test needs: one headless Chromium, and servers that end with the test."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the whole run; each test opens its own page."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def start_lab(tmp_path_factory):
    """Start JupyterLab on a free port of 127.0.0.1 with settings of its own; return its address."""
    started = []

    def start(root: Path, *options: str, **env: str) -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        scratch = tmp_path_factory.mktemp("lab")
        command = [
            sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}",
            "--ServerApp.port_retries=0", "--IdentityProvider.token=", f"--ServerApp.root_dir={root}",
            *(["--allow-root"] if os.geteuid() == 0 else []), *options,
        ]  # fmt: skip
        # Settings a developer made for himself must not decide what a test sees.
        own = {"JUPYTERLAB_SETTINGS_DIR": str(scratch / "s"), "JUPYTERLAB_WORKSPACES_DIR": str(scratch / "w")}
        log = (scratch / "log").open("w")
        server = subprocess.Popen(
            command, cwd=root, env=os.environ | own | env, stdout=log, stderr=subprocess.STDOUT
        )
        started.append((server, log))
        address = f"http://127.0.0.1:{port}"
        for _ in range(240):
            if server.poll() is not None:
                break
            try:
                urllib.request.urlopen(f"{address}/api", timeout=1).close()
            except OSError:
                time.sleep(0.25)
            else:
                return address
        pytest.fail((scratch / "log").read_text())

    yield start
    for server, log in started:
        server.terminate()
        server.wait(20)
        log.close()
