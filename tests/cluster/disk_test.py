"""F-18: the disk that the log is on is full, or nobody reads the pipe that it goes into. Messages go on, and afterwards the
log says how much of it is missing.
"""

import asyncio
import fcntl
import os
import subprocess

import fault
import namespaces
from cluster import SIP_PORT, XMPP_PORT

DISK_BYTES, PIPE_BYTES = 64 * 1024, 4096
PORTS = {"sip-frontend": SIP_PORT, "xmpp-frontend": XMPP_PORT}
MISSING = "log lines lost"


class Disk(fault.Fault):
    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "log", self.disk], check=True)
        self.addCleanup(subprocess.run, ["umount", "--lazy", self.disk], check=True)

    async def test_f18_the_log_of_a_sip_frontend_is_on_a_full_disk(self):
        await self._full(self.of("sip-frontend")[0])

    async def test_f18_the_log_of_an_xmpp_frontend_is_on_a_full_disk(self):
        await self._full(self.of("xmpp-frontend")[0])

    async def test_f18_the_logs_of_all_are_on_a_full_disk(self):
        await self._full(*self.nodes)

    async def test_f18_nobody_reads_the_log_of_a_sip_frontend(self):
        await self._unread(self.of("sip-frontend")[0])

    async def test_f18_nobody_reads_the_log_of_an_xmpp_frontend(self):
        await self._unread(self.of("xmpp-frontend")[0])

    async def _full(self, *nodes):
        for node in nodes:
            await self._restart(node, *_into(self.disk / f"{node.name}.log"))
        await self.ready(*self.nodes)
        await self.begin()
        filler = self.disk / "filler"
        with open(filler, "wb", buffering=0) as file:
            while _written(file):
                pass
        await self._make_lines(nodes)
        filler.unlink()
        await self._make_lines(nodes)
        for node in nodes:
            if node.role in PORTS:
                await self.until(lambda: MISSING in (self.disk / f"{node.name}.log").read_text(),
                                 f"{node.name} does not say that lines are missing")
        await self.end(lossless=True)

    async def _unread(self, node):
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        os.set_inheritable(writing, True)
        await self._restart(node, *_into(f"/proc/{os.getpid()}/fd/{writing}"))
        os.close(writing)
        await self.ready(*self.nodes)
        await self.begin()
        await self._make_lines([node])
        os.set_blocking(reading, False)
        said = b""
        while (part := _read(reading)) or MISSING.encode() not in said:
            said += part
            await self._make_lines([node], 5)
        await self.end(lossless=True)

    async def _restart(self, node, *before):
        node.kill()
        node.start(*before)

    async def _make_lines(self, nodes, connections=100):
        """Peers that speak nonsense are worth a line each."""
        for node in nodes:
            for _ in range(connections if node.role in PORTS else 0):
                _, writer = await asyncio.open_connection(node.address, PORTS[node.role])
                writer.write(b"nonsense\r\n\r\n")
                await asyncio.sleep(0.02)
                writer.close()
        await self.traffic.count(300)


def _into(file):
    """A command that becomes another one, with its output in `file`."""
    return "sh", "-c", 'exec "$@" >>"$0" 2>&1', str(file)


def _written(file):
    try:
        return file.write(bytes(1024)) == 1024
    except OSError:
        return False


def _read(pipe):
    try:
        return os.read(pipe, 65536)
    except BlockingIOError:
        return b""


if __name__ == "__main__":
    namespaces.own_mounts()
    fault.main()
