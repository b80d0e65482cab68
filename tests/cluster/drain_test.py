"""ARCH-16, F-22: each role is told to end under load. Nothing is lost, nothing comes twice, and the status is 0."""

import asyncio
import re
import signal
import subprocess
import time

import cluster
import gateway
from cluster import ADMIN_PORT, SIP_DOMAIN, XMPP_DOMAIN
from load import Load
from partner import attribute, chat

GRACE_SECONDS = 12


class Drain(cluster.Cluster):
    async def test_a_router(self):
        await self._drain(self.of("router")[0], "signal")

    async def test_a_sip_frontend(self):
        await self._drain(self.of("sip-frontend")[0], "signal")
        self.assertEqual(0, self.edge.retried, "a request got no answer")

    async def test_an_xmpp_frontend(self):
        through = next(node for node in self.of("xmpp-frontend") if node.address == self.partner.through[0])
        await self._drain(through, "signal")
        self.assertEqual(["closed"], self.partner.ends)

    async def test_by_its_admin_page(self):
        await self._drain(self.of("router")[1], "page")

    async def test_what_gets_no_answer_is_refused_in_the_end(self):
        """The Edge is mute: a message to it is still open when the grace is over."""
        self.edge.answers = False
        await self.partner.send(chat(f"juliet@{XMPP_DOMAIN}", f"romeo@{SIP_DOMAIN}", "id-1", "is anybody there"))
        await self.until(lambda: self.at_edge, "it does not arrive")
        node = next(node for node in self.of("sip-frontend")
                    if node.metrics().get(("dragoman_sip_in_flight", frozenset())) == 1)
        node.signal(signal.SIGTERM)
        self.assertEqual(0, await node.ended())
        self.assertEqual(1, len(node.logged("not everything could be finished in time; the rest is refused")))
        await self.until(lambda: self.at_partner, "its sender hears nothing")
        self.assertEqual("error", attribute(self.at_partner[0], "type"))
        self.assertIn("shutting-down", self.at_partner[0])

    async def test_by_the_command(self):
        """It names the process, waits, and says how long that took."""
        config = self.folder / "drained.yaml"
        front, router = self.of("xmpp-frontend")[0], self.of("router")[0]
        self.configure("drained", secret="frontend.secret")
        with config.open("a") as file:
            # As this machine would count its admin pages: the routers first.
            file.write(f"admin: {{listen: \"{router.address}:{ADMIN_PORT}\"}}\n"
                       "workers: {router: 1, sip_frontend: 0, xmpp_frontend: 0}\n")
        words = [gateway.PROGRAM, "drain", "--config", config, "--state", self.folder]
        done = await asyncio.to_thread(subprocess.run, words, capture_output=True, text=True)
        self.assertEqual((0, ""), (done.returncode, done.stderr), done.stdout)
        self.assertRegex(done.stdout, rf"\Arouter-0 +{re.escape(router.address)}:{ADMIN_PORT} +ended after \d+ ms\n\Z")
        self.assertEqual(0, await router.ended())
        done = await asyncio.to_thread(subprocess.run, words, capture_output=True, text=True)
        self.assertEqual((1, True), (done.returncode, "does not answer" in done.stdout))
        done = await asyncio.to_thread(subprocess.run, [*words, "router-7"], capture_output=True, text=True)
        self.assertEqual(2, done.returncode)
        self.assertEqual(200, front.ask("/readyz")[0])

    async def test_all_of_them_one_after_the_other(self):
        """A rolling restart."""
        load = Load(self).start()
        for node in self.nodes:
            await load.count(200)
            await self._end(node, "signal")
            node.start()
            await self.ready(*self.nodes)
        await load.count(200)
        await load.stop()
        load.check(self, lossless=True)

    async def _drain(self, node, how):
        load = Load(self).start()
        await load.count(400)
        await self._end(node, how)
        await load.count(400)
        await load.stop()
        load.check(self, lossless=True)

    async def _end(self, node, how):
        begun = time.monotonic()
        if how == "signal":
            node.signal(signal.SIGTERM)
        else:
            self.assertEqual((200, "draining\n"), await asyncio.to_thread(node.ask, "/drain", "POST"))
            self.assertIn(await asyncio.to_thread(node.ask, "/readyz"), ((503, "draining\n"), (0, "")))
        self.assertEqual(0, await node.ended(), node.running.tail())
        self.assertLess(time.monotonic() - begun, GRACE_SECONDS)
        self.assertEqual([], node.logged("not everything could be finished in time; the rest is refused"))


if __name__ == "__main__":
    cluster.main()
