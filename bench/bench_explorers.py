"""Explorers beside a plotly FigureWidget doing the same, in one JupyterLab, one browser and one run.

Both hold the same 5,000 customers: a scatter coloured by RFM class, a class table (ours) or bars of customers
and revenue per class (plotly), and a slider for the R cut. A move is timed in the page, from the change of
the slider to the frame after the repaint. The FigureWidget needs its kernel for it; ours does not use one.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from playwright.sync_api import Page, sync_playwright

from ecrm_helpers.datasets import load_shop
from ecrm_helpers.widgets import CLVExplorer, LifecycleExplorer, RFMExplorer, save_html

sys.path.insert(0, str(Path(__file__).parent))
from _table import Row, report

if TYPE_CHECKING:
    from collections.abc import Iterator

CUSTOMERS = 5_000
MOVES = 60
FIGURE_MOVES = 15
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip

SHOP = f"""
from ecrm_helpers.datasets import load_shop
orders = load_shop("rongyu").orders
kept = sorted(orders["customer_id"].unique())[:{CUSTOMERS}]
orders = orders[orders["customer_id"].isin(kept)]
"""
OURS = """
from ecrm_helpers.widgets import RFMExplorer
RFMExplorer(orders, as_of="2026-07-01")
"""
FIGURE = """
import ipywidgets
import plotly.graph_objects as go
from plotly.subplots import make_subplots
from ecrm_helpers.figures import PALETTE
from ecrm_helpers.rfm import SEGMENTS, RFMSettings, class_table, classify, customer_table
table = customer_table(orders, RFMSettings(as_of="2026-07-01"))
names = [segment.name for segment in SEGMENTS]

def result(days):
    cuts = dict(split="thresholds", recency_days=days, frequency=3, monetary=50_000)
    return classify(table, RFMSettings(as_of="2026-07-01", **cuts))

figure = go.FigureWidget(make_subplots(rows=1, cols=2, column_widths=[0.62, 0.38]))
for name in names:
    figure.add_trace(go.Scattergl(mode="markers", name=name, marker_color=PALETTE[name]), row=1, col=1)
for measure in ("customer_share", "revenue_share"):
    figure.add_trace(go.Bar(x=names, name=measure), row=1, col=2)
figure.update_layout(height=500, yaxis_type="log")

def move(change):
    scored = result(change["new"])
    classes = class_table(scored)
    with figure.batch_update():
        for trace, name in zip(figure.data, names):
            own = scored[scored["segment"] == name]
            trace.x, trace.y = own["recency_days"], own["monetary"]
        figure.data[-2].y, figure.data[-1].y = classes["customer_share"], classes["revenue_share"]

slider = ipywidgets.IntSlider(value=100, min=1, max=700)
slider.observe(move, "value")
move({"new": 100})
ipywidgets.VBox([slider, figure])
"""

# From the change of the native slider to the frame after the repaint.
MOVE_OURS = """(steps) => new Promise((done) => {
  const range = document.querySelector(".ecrm input[type=range]");
  const [low, high, grain] = [Number(range.min), Number(range.max), Number(range.step)];
  const times = [];
  const next = () => {
    if (times.length === steps) return done(times);
    const start = performance.now();
    range.value = low + grain + ((times.length * 37 * grain) % (high - low));
    range.dispatchEvent(new Event("input", { bubbles: true }));
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        times.push(performance.now() - start);
        setTimeout(next, 3 + Math.random() * 16);
      };
      channel.port2.postMessage(0);
    });
  };
  next();
})"""
# From the key on ipywidgets' slider to the frame after plotly has drawn; the kernel answers in between.
MOVE_FIGURE = """() => new Promise((done) => {
  const plot = document.querySelector(".js-plotly-plot");
  const handle = document.querySelector(".widget-slider .noUi-handle");
  const start = performance.now();
  const drawn = () => {
    plot.removeListener("plotly_afterplot", drawn);
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => done(performance.now() - start);
      channel.port2.postMessage(0);
    });
  };
  plot.on("plotly_afterplot", drawn);
  handle.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, cancelable: true }));
})"""


@contextmanager
def jupyterlab(folder: Path) -> Iterator[str]:
    """Start JupyterLab on a free port of 127.0.0.1; yield its address, end it by its process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}",
        "--ServerApp.port_retries=0", "--IdentityProvider.token=", f"--ServerApp.root_dir={folder}",
        *(["--allow-root"] if os.geteuid() == 0 else []),
    ]  # fmt: skip
    env = os.environ | {
        name: str(folder / name)
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    }
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + 90
            while True:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=1).close()
                    break
                except OSError:
                    if time.monotonic() > deadline or server.poll() is not None:
                        raise
                    time.sleep(0.25)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def run(page: Page, cell: int) -> float:
    """Run a code cell and return when it was started; a key pressed before the kernel is there is lost."""
    code = page.locator(".jp-CodeCell").nth(cell)
    while True:
        code.locator(".jp-InputArea-editor").click()
        start = time.perf_counter()
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(300)
        if code.locator(".jp-InputPrompt").inner_text().strip() != "[ ]:":
            return start


def in_lab(browser: Any, folder: Path) -> dict[str, Any]:
    """Measure both widgets in one notebook: seconds from running the cell to the picture, and the moves."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell(text.strip()) for text in (SHOP, OURS, FIGURE)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / "b.ipynb")
    measured: dict[str, Any] = {}
    with jupyterlab(folder) as address:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(120_000)
        page.goto(f"{address}/lab/tree/b.ipynb?reset")
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        run(page, 0)
        page.wait_for_timeout(3_000)
        start = run(page, 1)
        page.wait_for_selector(".ecrm-guess")
        measured["first_ours"] = time.perf_counter() - start
        page.get_by_role("button", name="直接看").click()
        measured["moves_ours"] = page.evaluate(MOVE_OURS, MOVES)
        start = run(page, 2)
        page.wait_for_selector(".js-plotly-plot .main-svg")
        measured["first_figure"] = time.perf_counter() - start
        page.wait_for_timeout(3_000)
        measured["moves_figure"] = [page.evaluate(MOVE_FIGURE) for _ in range(FIGURE_MOVES)]
        page.close()
    return measured


def on_page(browser: Any, widget: Any, folder: Path) -> tuple[float, list[float]]:
    """Measure a saved page without a kernel: seconds to the first picture, and the moves."""
    address = save_html(widget, folder / "page.html").as_uri()
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    start = time.perf_counter()
    page.goto(address)
    page.wait_for_selector(".ecrm-guess")
    first = time.perf_counter() - start
    page.get_by_role("button", name="直接看").click()
    moves = page.evaluate(MOVE_OURS, MOVES)
    page.close()
    return first, moves


def stored(code: str) -> float:
    """Megabytes that running `code` adds to a saved notebook as widget state, measured in a fresh process."""
    count = (
        "import json\nfrom ipywidgets import Widget\n"
        "state = Widget.get_manager_state(drop_defaults=False)\n"
        "print(len(json.dumps(state, ensure_ascii=False).encode()))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", SHOP + code + count], check=True, capture_output=True, text=True
    )
    return int(ran.stdout.split()[-1]) / 1e6


def row(
    metric: str, unit: str, ours: float, baseline: float | None = None, *, runs: int = 1, note: str = ""
) -> Row:
    """Make one line of the table."""
    return {"metric": metric, "ours": ours, "baseline": baseline, "unit": unit, "runs": runs, "note": note}


def main() -> None:
    """Print the table: repaint, first picture and stored size, ours beside FigureWidget."""
    orders = load_shop("rongyu").orders
    kept = sorted(orders["customer_id"].unique())[:CUSTOMERS]
    rfm = RFMExplorer(orders[orders["customer_id"].isin(kept)], as_of="2026-07-01")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as play:
        folder = Path(name)
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        lab = in_lab(browser, folder)
        first_rfm, moves_rfm = on_page(browser, rfm, folder)
        first_lifecycle, moves_lifecycle = on_page(browser, LifecycleExplorer(), folder)
        first_clv, moves_clv = on_page(browser, CLVExplorer(), folder)
        browser.close()
    middle = statistics.median
    figure = middle(lab["moves_figure"])
    load = f"load {os.getloadavg()[0]:.1f}"
    rows = [
        row("RFM slider to repaint, in JupyterLab", "ms", middle(lab["moves_ours"]), figure,
            runs=MOVES, note=f"median, bar 33; FigureWidget {FIGURE_MOVES} moves; {load}"),
        row("RFM slider to repaint, saved page", "ms", middle(moves_rfm), figure,
            runs=MOVES, note="no kernel here; FigureWidget in JupyterLab"),
        row("lifecycle slider to repaint, saved page", "ms", middle(moves_lifecycle), runs=MOVES),
        row("CLV slider to repaint, saved page", "ms", middle(moves_clv), runs=MOVES),
        row("RFM first picture, in JupyterLab", "s", lab["first_ours"], lab["first_figure"],
            note="from running the cell, imports included"),
        row("RFM first picture, saved page", "s", first_rfm, note="bar 1 s"),
        row("lifecycle first picture, saved page", "s", first_lifecycle, note="bar 1 s"),
        row("CLV first picture, saved page", "s", first_clv, note="bar 1 s"),
        row("RFM stored in the notebook", "MB", stored(OURS), stored(FIGURE),
            note="widget state with base64 buffers"),
    ]  # fmt: skip
    report(f"explorers beside plotly FigureWidget, {CUSTOMERS:,} customers", rows)


if __name__ == "__main__":
    main()
