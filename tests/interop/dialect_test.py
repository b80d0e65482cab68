"""What an Edge really sends, header for header, played by sipp: towards one sip-frontend, and with the requests of
each dialog arriving at two in turn."""

import asyncio
import unittest

import scenario
import dialect
import ports
import server
from edge_world import EdgeWorld
from world import JULIET, ROMEO
from xmpp_user import typing_from, text_from

SECONDS = 40


class Dialect(scenario.Scenario):
    frontends = 1

    async def start(self):
        self.place = EdgeWorld(self.frontends, routers=self.frontends)
        dialect.write(self.place.folder)
        await self.place.start()

    async def test_a_session_that_the_edge_opens(self):
        juliet = await self.place.juliet()
        call = asyncio.create_task(self._call("invitation"))
        self.assertEqual("Hello", (await juliet.inbox.take(text_from(ROMEO)))["body"])
        await juliet.inbox.take(typing_from(ROMEO, "composing"))
        await juliet.inbox.take(typing_from(ROMEO, "paused"))
        self.assertEqual("wherefore art thou", (await juliet.inbox.take(text_from(ROMEO)))["body"])
        juliet.say(ROMEO, "Who is there")
        juliet.typing(ROMEO)
        await juliet.inbox.take(typing_from(ROMEO, "gone"))
        await call
        self.assertEqual([], juliet.inbox.drain(text_from(ROMEO)), "a text came twice")

    async def test_what_cannot_be_carried(self):
        juliet = await self.place.juliet()
        await self._call("refusals")
        self.assertEqual(["still up"], [stanza["body"] for stanza in juliet.inbox.drain(text_from(ROMEO))])

    async def test_a_session_that_the_gateway_opens(self):
        juliet = await self.place.juliet()
        port = ports.free_port()
        sipp = server.Server("sipp", [*self._sipp("gateway_invites"), "-p", port], self.place.folder)
        self.place.servers.append(sipp)
        await sipp.ready(port)
        await self.place.edge.call_behind(port)
        juliet.say(ROMEO, "Good night")
        juliet.say(ROMEO, "a thousand times")
        juliet.typing(ROMEO)
        status = await asyncio.to_thread(sipp.process.wait, SECONDS)
        self.assertEqual(0, status, sipp.tail())
        self.assertEqual([], juliet.inbox.drain(lambda stanza: stanza["type"] == "error"))

    def _sipp(self, name):
        return ["sipp", "-nostdin", "-t", "t1", "-i", "127.0.0.1", "-m", "1", "-timeout", f"{SECONDS}s",
                "-trace_err", "-key", "edge_port", str(self.place.edge_port), "-sf", f"{name}.xml"]

    async def _call(self, name):
        port = ports.free_port()
        await self.place.edge.serve_behind(port)
        sipp = await asyncio.create_subprocess_exec(
            *self._sipp(name), f"127.0.0.1:{port}", cwd=self.place.folder,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
        printed, _ = await asyncio.wait_for(sipp.communicate(), SECONDS + 5)
        if sipp.returncode != 0:
            errors = "".join(path.read_text() for path in self.place.folder.glob("*_errors.log"))
            self.fail(printed.decode(errors="replace")[-3000:] + errors[-6000:])


class DialectOnTwoFrontends(Dialect):
    frontends = 2


if __name__ == "__main__":
    unittest.main()
