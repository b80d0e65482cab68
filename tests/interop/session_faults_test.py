"""A sip-frontend or a router is killed at each step of a session, both ways: the conversation goes on, and every text
arrives or its sender is told."""

import asyncio
import unittest

import scenario  # first: it finds demo/
import gateway
import ports
from edge_world import EdgeWorld
from sip_user import SipUser
from world import JULIET, ROMEO
from xmpp_user import text_from

KINDS = ("sip-frontend", "router")
EACH = 2  # processes of a kind


class Stepper(SipUser):
    """A SIP user who says at each step what it is about to do."""

    def at(self, step):
        if step == self.fatal:
            self.fatal = None
            self.kill()

    fatal = None

    async def ask(self, request):
        asked = asyncio.create_task(super().ask(request))
        await asyncio.sleep(0)  # it is written now
        self.at(f"{request.method} sent")
        answer = await asked
        self.at(f"{request.method} answered")
        return answer

    def _on_invite(self, request, peer):
        self.at("INVITE came")
        super()._on_invite(request, peer)
        self.at("INVITE accepted")

    def _on_message(self, request, peer):
        self.at("MESSAGE came")
        super()._on_message(request, peer)
        self.at("MESSAGE accepted")


class SessionFaults(scenario.Scenario):
    async def start(self):
        self.place = EdgeWorld(frontends=EACH, routers=EACH)
        await self.place.start()
        port = ports.free_port()
        await self.place.edge.serve_behind(port)
        self.romeo = Stepper(ROMEO, port)
        self.addCleanup(self.romeo.close)
        await self.romeo.sign_in()
        self.juliet = await self.place.juliet()
        self.number = 0

    async def test_a_session_that_the_sip_user_opens(self):
        for step in ("INVITE sent", "INVITE answered", "MESSAGE sent", "MESSAGE answered", "BYE sent"):
            await self._with_each_killed_at(step, self._from_romeo)

    async def test_a_session_that_the_xmpp_user_opens(self):
        for step in ("INVITE came", "INVITE accepted", "MESSAGE came", "MESSAGE accepted"):
            await self._with_each_killed_at(step, self._from_juliet)

    async def _with_each_killed_at(self, step, talk):
        for kind in KINDS:
            for which in range(EACH):
                with self.subTest(step=step, kind=kind, which=which):
                    await self._end_session()
                    parent = self.place.gateway.process.pid
                    pids = sorted(gateway.processes(parent)[kind])
                    self.romeo.kill = lambda pid=pids[which]: gateway.kill(pid)
                    self.romeo.fatal = step
                    await talk()
                    self.assertIsNone(self.romeo.fatal, "the step was never reached")
                    await self._is_back(kind, pids[which])
                    await self._from_romeo()
                    await self._from_juliet()

    async def _end_session(self):
        self.romeo.fatal = None
        if JULIET in self.romeo._chats:
            await self.romeo.hang_up(JULIET)
        self.romeo.inbox.drain()
        self.juliet.inbox.drain()

    async def _from_romeo(self):
        """A text, a second one, and the end; each is tried again when refused, as a person would."""
        for _ in range(2):
            self.number += 1
            text = f"romeo {self.number}"
            while (await self.romeo.say(JULIET, text)).status >= 300:
                await self.place.edge.keep_connected()
            await self.juliet.inbox.take(text_from(ROMEO, text), what=text)
        if self.romeo.fatal:
            await self.romeo.hang_up(JULIET)

    async def _from_juliet(self):
        for _ in range(2):
            self.number += 1
            text = f"juliet {self.number}"
            while True:
                self.juliet.say(ROMEO, text)
                arrived = asyncio.create_task(self.romeo.inbox.take(scenario.is_kind("message", text), seconds=40))
                failed = asyncio.create_task(self.juliet.inbox.take(
                    lambda stanza: stanza["type"] == "error", seconds=60))
                done, rest = await asyncio.wait((arrived, failed), return_when=asyncio.FIRST_COMPLETED)
                for task in rest:
                    task.cancel()
                if arrived in done:
                    arrived.result()
                    break
                failed.result()

    async def _is_back(self, kind, killed):
        parent = self.place.gateway.process.pid
        async with asyncio.timeout(20):
            while len(pids := gateway.processes(parent).get(kind, [])) < EACH or killed in pids:
                await asyncio.sleep(0.02)
            while len(await self.place.connections()) < EACH:
                await asyncio.sleep(0.02)
        await self.place.reach_each_frontend()


if __name__ == "__main__":
    unittest.main()
