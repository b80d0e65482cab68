"""T-50, F-27: who has no listed key stays outside; keys are changed while messages flow."""

import asyncio
import contextlib
import signal
import subprocess

import cluster
import gateway
from cluster import BUS_PORT
from partition_test import members
from traffic import Traffic


class Keys(cluster.Cluster):
    async def test_a_stranger_stays_outside_and_is_named(self):
        front = self.of("xmpp-frontend")[0]
        front.signal(signal.SIGTERM)
        await front.ended()
        self.configure("frontend", secret="stranger.secret")
        front.start()
        stranger = (self.folder / "stranger.public").read_text().split()[0]
        for router in self.of("router"):
            await self.until(lambda: any(stranger in line["peer"] for line in router.logged("bus: key not listed")),
                             f"{router.name} says nothing")
            await self.until(lambda: members(router, "xmpp-frontend") == self.xmpps - 1, "it was let in")
        self.assertEqual(503, front.ask("/readyz")[0])

    async def test_a_message_in_clear_ends_nothing_but_its_connection(self):
        router = self.of("router")[0]
        reader, writer = await asyncio.open_connection(router.address, BUS_PORT)
        writer.write(b"\xff\0\0\0\0\0\0\0\1\x7f\3\0NULL" + bytes(48) + b"\4\x19\5READY\x0bSocket-Type\0\0\0\6DEALER")
        await self.until(lambda: router.logged("bus: handshake failed"), "it says nothing")
        with contextlib.suppress(ConnectionError):
            while await asyncio.wait_for(reader.read(4096), 20):
                pass
        writer.close()
        await self.ready(*self.nodes)

    async def test_f27_both_keys_are_changed_under_load(self):
        traffic = Traffic(self).start()
        for role, reader in (("frontend", "router"), ("router", "frontend")):
            old, new = self.folder / f"{role}.public", self.folder / f"new-{role}"
            subprocess.run([gateway.PROGRAM, "keys", new], check=True, stdout=subprocess.DEVNULL)
            await self._list(old, old.read_text() + new.with_suffix(".public").read_text())
            self.configure(role, secret=f"new-{role}.secret")
            for node in self.nodes:
                if (node.role == "router") == (role == "router"):
                    node.signal(signal.SIGTERM)
                    self.assertEqual(0, await node.ended())
                    node.start()
                    await self.ready(*self.nodes)
            await self._list(old, new.with_suffix(".public").read_text())
        await traffic.count(200)
        await traffic.stop()
        traffic.check(self, lossless=True)

    async def _list(self, file, text):
        """Every process reads it again."""
        before = {node: len(node.logged("configuration read again")) for node in self.nodes}
        new = file.with_suffix(".new")
        new.write_text(text)
        new.rename(file)
        for node in self.nodes:
            await self.until(lambda: len(node.logged("configuration read again")) > before[node], node.name)


if __name__ == "__main__":
    cluster.main()
