"""F-18: the disk that the log is on is full, or nobody reads the pipe that it goes into. Messages go on, and afterwards the
log says how much of it is missing: all that was counted, in lines that are whole.
"""

import asyncio
import fcntl
import json
import os
import signal
import subprocess

import fault
import namespaces
from cluster import SIP_PORT, XMPP_PORT

DISK_BYTES, PIPE_BYTES = 1024 * 1024, 4096
PEERS = 50  # that speak nonsense: lines beyond the page of 4 KiB that a file on a full disk has room in
PROBLEMS, PROBLEM_BYTES = 60, 512  # of a configuration: as many lines as the log takes of one event, and as long
FULL_SECONDS = 120  # until a queue of 1 MiB has no room for lines of one event, and what else there is
SAID_SECONDS = 10
PORTS = {"sip-frontend": SIP_PORT, "xmpp-frontend": XMPP_PORT}
SAYS, COUNTS = "log lines lost", "dragoman_log_lines_lost_total"


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

    async def test_f18_it_ends_in_time_while_nobody_reads_its_log(self):
        node = self.of("xmpp-frontend")[0]
        self._into_a_pipe(node)
        await self.ready(*self.nodes)
        await self._fill_queue(node)
        node.signal(signal.SIGTERM)
        self.assertEqual(0, await node.ended())

    async def _full(self, *nodes):
        for node in nodes:
            self._restart(node, self._file(node))
        await self.ready(*self.nodes)
        await self.begin()
        filler = self.disk / "filler"
        with open(filler, "wb", buffering=0) as file:
            while _written(file):
                pass
        await self._make_lines(nodes)
        for node in nodes:
            if node.role in PORTS:
                await self.until(lambda: self.value(node, COUNTS), f"{node.name} does not count them")
        filler.unlink()
        await self._make_lines(nodes)
        for node in nodes:
            await self._says_what_it_counted(node, lambda: self._file(node).read_text())
        await self.end(lossless=True)

    async def _unread(self, node):
        pipe = self._into_a_pipe(node)
        await self.ready(*self.nodes)
        await self.begin()
        await self._fill_queue(node)
        await self.traffic.count(300)
        reader = Reader(pipe)
        await self._says_what_it_counted(node, lambda: reader.text)
        self.assertGreater(self.value(node, COUNTS), 0)
        await self.end(lossless=True)

    async def _says_what_it_counted(self, node, text):
        """`text`: its log, which may end within a line."""
        def said():
            lines = [json.loads(line) for line in text().split("\n")[:-1] if line]
            return sum(int(line["count"]) for line in lines if line["event"] == SAYS)

        await self.until(lambda: said() == self.value(node, COUNTS),
                         lambda: f"{node.name} says {said()} of {self.value(node, COUNTS)}", SAID_SECONDS)

    async def _fill_queue(self, node):
        """A configuration with many mistakes, read again and again."""
        good = (self.folder / "frontend.yaml").read_text()
        (self.folder / "frontend.yaml").write_text(
            good + "".join(f"{number}{'x' * PROBLEM_BYTES}: 1\n" for number in range(PROBLEMS)))

        def lost():
            node.signal(signal.SIGHUP)
            return self.value(node, COUNTS)

        await self.until(lost, f"{node.name} loses nothing, or stands still", FULL_SECONDS)
        (self.folder / "frontend.yaml").write_text(good)
        self.assertEqual(200, (await asyncio.to_thread(node.ask, "/livez"))[0])

    def _into_a_pipe(self, node):
        """Returns its other end."""
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        self.addCleanup(os.close, writing)
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        self._restart(node, f"/proc/{os.getpid()}/fd/{writing}")
        return reading

    def _restart(self, node, log):
        node.kill()
        node.start("sh", "-c", 'exec "$@" >>"$0" 2>&1', log)

    def _file(self, node):
        return self.disk / f"{node.name}.log"

    async def _make_lines(self, nodes):
        """Peers that speak nonsense are worth a line each."""
        for node in nodes:
            for _ in range(PEERS if node.role in PORTS else 0):
                _, writer = await asyncio.open_connection(node.address, PORTS[node.role])
                writer.write(b"nonsense\r\n\r\n")
                writer.close()
                await writer.wait_closed()
        await self.traffic.count(300)


def _written(file):
    try:
        return file.write(bytes(1024)) == 1024
    except OSError:
        return False


class Reader:
    """Somebody who reads the pipe after all."""

    def __init__(self, pipe):
        self._text = b""
        asyncio.get_running_loop().add_reader(pipe, self._read, pipe)

    def _read(self, pipe):
        self._text += os.read(pipe, 65536)

    @property
    def text(self):
        return self._text.decode()


if __name__ == "__main__":
    namespaces.own_mounts()
    fault.main()
