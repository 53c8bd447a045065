"""How jupyter_client starts the forked kernels of `warm_kernels`, in the place of a new Python for each."""

import os
import tempfile
from importlib.metadata import EntryPoint

from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner
from warm_kernels import WarmKernel, forking

LONGEST = 100  # bytes: the system allows 107, with the number that each socket's name ends with


def use_warm_kernels():
    """Let every kernel that this process starts be a forked one, where that is safe."""
    if forking():
        factory = KernelProvisionerFactory.instance()
        entry = EntryPoint("warm", "provisioner:WarmProvisioner", factory.GROUP_NAME)
        factory.provisioners["warm"] = entry
        factory.default_provisioner_name = "warm"


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel by a fork instead of a new Python; all else is as usual."""

    async def pre_launch(self, **options):
        # By sockets with names: a port that was free when it was chosen may be taken when the kernel asks.
        name = os.path.join(tempfile.gettempdir(), f"kernel-{self.kernel_id}")
        if len(name) < LONGEST:
            self.parent.transport, self.parent.ip = "ipc", name
        return await super().pre_launch(transport_encryption="auto", **options)  # a kernel warns without

    async def launch_kernel(self, cmd, cwd=None, env=None, **options):
        self.cwd = cwd or os.getcwd()
        arguments = cmd[cmd.index("-m") + 2 :]  # what follows `python -m ipykernel_launcher`
        self.process = WarmKernel(arguments, self.cwd, env or {})
        self.pid = self.process.pid
        return self.connection_info

    async def kill(self, restart=False):
        self.process.kill()  # returns when it is gone: jupyter_client would look every tenth of a second
