"""Kernels that are ready at once: one process imports what notebooks share, then forks for each of them.

Starting Python and importing matplotlib costs more than most notebooks compute. Measured on 38 of 39, all but
the longest: 89 s of processor time forked, 115 s ordinary, more than a fifth saved. (The longest hides that
on two cores, while it takes as long as the others together.) Only Linux takes this way: macOS does not like
its frameworks used after a fork and Windows cannot fork; they run ordinary kernels.
This half starts the process and forks; `provisioner` lets jupyter_client use it.
"""

import multiprocessing
import os
import signal
import sys
from multiprocessing import forkserver

KERNEL = ["ipykernel.kernelapp", "ipykernel.debugger", "psutil", "sqlite3", "IPython.extensions.storemagic"]
LESSONS = ["numpy", "matplotlib.pyplot", "anywidget"]
# On two cores, two kernels of one thread each execute the book in 80 s, two of two threads in over 5 minutes.
THREADS = ["OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"]


def forking():
    """Return whether kernels are forked: on Linux, unless EVERY_KNOB_KERNELS is `ordinary`."""
    return sys.platform == "linux" and os.environ.get("EVERY_KNOB_KERNELS") != "ordinary"


def warm_up(*more):
    """Give kernels one thread each, and start the process that they are forked from, without waiting for it.

    Parameters: names of further modules to import there. Nothing starts where it runs already, or elsewhere.
    """
    for name in THREADS:
        os.environ[name] = "1"
    if not forking():
        return
    # matplotlib reads this when it is first imported, and a kernel would set it later than that.
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # else the debugger prints advice for each kernel
    multiprocessing.get_context("forkserver").set_forkserver_preload([*KERNEL, *LESSONS, *more])
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a process that starts hands this down
    forkserver.ensure_running()
    signal.signal(signal.SIGINT, before)


def become_kernel(arguments, folder, environment):
    """Turn this forked process into a Jupyter kernel, as `python -m ipykernel_launcher` would."""
    from ipykernel.kernelapp import IPKernelApp

    parent = f"--IPKernelApp.parent_handle={os.getppid()}"  # a kernel ends when its parent does
    # So the lock of a progress bar has no name. One with a name outlives a kernel that is killed, and what
    # cleans up after all of them would have the last word, after the page to open.
    multiprocessing.set_start_method("fork", force=True)
    # The process that forks ends when nobody holds its pipe any more. A kernel that did would keep it alive,
    # and with that itself, when the build is killed.
    os.close(forkserver._forkserver._forkserver_alive_fd)
    forkserver._forkserver._forkserver_alive_fd = None
    os.setsid()
    os.chdir(folder)
    os.environ.update(environment)
    sys.path[0] = ""  # the notebook's own folder, not tools/
    IPKernelApp.launch_instance([*arguments, parent])


class WarmKernel:
    """A forked kernel with the part of subprocess.Popen that jupyter_client uses."""

    stdin = stdout = stderr = None

    def __init__(self, *arguments):
        self.process = multiprocessing.get_context("forkserver").Process(target=become_kernel, args=arguments)
        self.process.start()
        self.pid = self.process.pid

    def poll(self):
        return self.process.exitcode

    def wait(self):
        self.process.join()
        return self.process.exitcode

    def send_signal(self, number):
        os.kill(self.pid, number)

    def terminate(self):
        self.process.terminate()

    def kill(self):
        self.process.kill()
        self.process.join()
