"""A real JupyterLab in a browser: start it on a folder, open a notebook, run cells, read what they print."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress

WAIT = 60_000  # ms; a kernel on a busy machine takes its time


@contextmanager
def jupyterlab(folder, command=None, cwd=None):
    """Run JupyterLab with settings of its own, by default on a folder; yield the address of its server.

    command: a line that starts it, run in cwd. What it says and what it opens in the browser is kept in the
    folder, as lab.log and opened.
    """
    command = command or [
        sys.executable,
        "-m",
        "jupyterlab",
        "--allow-root",
        f"--ServerApp.root_dir={folder}",
    ]
    private = folder / ".jupyter"
    port = prepare(private, folder / "opened")
    address = f"http://127.0.0.1:{port}/"
    env = os.environ | {
        "JUPYTER_CONFIG_DIR": str(private),
        "JUPYTER_RUNTIME_DIR": str(private / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(private / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(private / "workspaces"),
        "IPYTHONDIR": str(private / "ipython"),
        "EVERY_KNOB_HOME": str(private / "home"),
        "BROWSER": f"{private / 'browser'} %s",
    }
    with open(folder / "lab.log", "w", encoding="utf-8") as log:
        server = subprocess.Popen(
            command, env=env, cwd=cwd or folder, stdout=log, stderr=log, start_new_session=True
        )
        try:
            wait_for(address + "api/status", server, folder / "lab.log")
            yield address
        finally:
            with suppress(ProcessLookupError):  # it may have stopped by itself
                os.killpg(server.pid, signal.SIGTERM)  # the line, and the server that it started
            server.wait(timeout=30)


def prepare(private, opened):
    """Write the settings that a test needs, and a browser that notes what it opens; return the free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet = private / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    quiet.parent.mkdir(parents=True)
    quiet.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))
    server = {"port": port, "port_retries": 0, "use_redirect_file": False}
    lab = {"expose_app_in_browser": True, "extension_manager": "readonly"}
    config = {"ServerApp": server, "LabApp": lab, "IdentityProvider": {"token": ""}}
    (private / "jupyter_server_config.json").write_text(json.dumps(config))
    (private / "browser").write_text(
        f'#!/bin/sh\necho "$1" > "{opened}.part" && mv "{opened}.part" "{opened}"\n'
    )
    (private / "browser").chmod(0o755)
    return port


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
        """Open a notebook; without an address, wait for the page to open it by itself."""
        self.page = page
        if address:
            page.goto(f"{address}lab/tree/{name}?reset", timeout=WAIT)
        ready = """(name) => {
          const open = window.jupyterapp?.shell.currentWidget;
          return open?.context?.path === name && open.sessionContext.session?.kernel?.status === "idle";
        }"""
        page.wait_for_function(ready, arg=name, timeout=WAIT)

    def dirty(self):
        """Tell whether JupyterLab would ask to save it."""
        return self.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.model.dirty")

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
        front = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook"
        return self.page.locator(f"{front} [data-windowed-list-index='{index}']")

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
