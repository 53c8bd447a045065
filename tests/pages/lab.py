"""A real JupyterLab in a browser: start it on a folder, open a notebook, run cells, read what they print."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

WAIT = 60_000  # ms; a kernel on a busy machine takes its time


@contextmanager
def jupyterlab(folder):
    """Run JupyterLab on a folder with settings of its own; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    private = folder / ".jupyter"
    quiet = private / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    quiet.parent.mkdir(parents=True)
    quiet.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))
    env = os.environ | {
        "JUPYTER_CONFIG_DIR": str(private),
        "JUPYTER_RUNTIME_DIR": str(private / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(private / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(private / "workspaces"),
        "IPYTHONDIR": str(private / "ipython"),
        "EVERY_KNOB_HOME": str(private / "home"),
    }
    options = [
        "--no-browser",
        "--allow-root",
        "--expose-app-in-browser",
        "--IdentityProvider.token=",
        f"--port={port}",
    ]
    options += [
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={folder}",
        "--LabApp.extension_manager=readonly",
    ]
    address = f"http://127.0.0.1:{port}/"
    with open(folder / "lab.log", "w", encoding="utf-8") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options], env=env, cwd=folder, stdout=log, stderr=log
        )
        try:
            wait_for(address + "api/status", server, folder / "lab.log")
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)


def wait_for(address, server, log, seconds=60):
    for _ in range(seconds * 10):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            assert server.poll() is None, "JupyterLab stopped:\n" + log.read_text(encoding="utf-8")
            time.sleep(0.1)
    raise AssertionError("JupyterLab does not answer:\n" + log.read_text(encoding="utf-8"))


class Notebook:
    """A notebook that is open in JupyterLab's page."""

    def __init__(self, page, address, name):
        self.page = page
        page.goto(f"{address}lab/tree/{name}?reset", timeout=WAIT)
        ready = """(name) => {
          const open = window.jupyterapp?.shell.currentWidget;
          return open?.context?.path === name && open.sessionContext.session?.kernel?.status === "idle";
        }"""
        page.wait_for_function(ready, arg=name, timeout=WAIT)

    def command(self, name):
        self.page.evaluate("(name) => window.jupyterapp.commands.execute(name)", name)

    def idle(self):
        """Wait until every cell that was asked for has run."""
        self.page.wait_for_function(
            """() => window.jupyterapp.shell.currentWidget.content.widgets.every(
              (cell) => cell.model.type !== "code" || cell.model.executionState === "idle")""",
            timeout=WAIT,
        )

    def run_all(self):
        self.command("notebook:run-all-cells")
        self.idle()

    def cell(self, index):
        return self.page.locator(f".jp-Notebook [data-windowed-list-index='{index}']")

    def run(self, index):
        """Run one cell by its index; return the text below it."""
        self.page.evaluate(
            "(index) => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = index }", index
        )
        self.command("notebook:run-cell")
        self.idle()
        return self.cell(index).locator(".jp-Cell-outputArea").inner_text()

    def write(self, index, text):
        """Replace what stands in a cell."""
        self.page.evaluate(
            "([index, text]) => window.jupyterapp.shell.currentWidget.content.widgets[index]"
            ".model.sharedModel.setSource(text)",
            [index, text],
        )
