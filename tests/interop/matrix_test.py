"""Prosody and ejabberd, each with SASL EXTERNAL, with dialback inside TLS and with dialback in clear, towards one
xmpp-frontend and two: chat both ways in order, and the log says what proved each side."""

import unittest

import scenario
from partner_world import PROOFS, PartnerWorld
from world import JULIET, ROMEO
from xmpp_user import text_from

MESSAGES = 20


class Matrix(scenario.Scenario):
    async def start(self):
        pass  # each cell has a world of its own

    async def test_prosody_external(self):
        await self._cells("prosody", "external")

    async def test_prosody_dialback(self):
        await self._cells("prosody", "dialback")

    async def test_prosody_dialback_in_clear(self):
        await self._cells("prosody", "clear")

    async def test_ejabberd_external(self):
        await self._cells("ejabberd", "external")

    async def test_ejabberd_dialback(self):
        await self._cells("ejabberd", "dialback")

    async def test_ejabberd_dialback_in_clear(self):
        await self._cells("ejabberd", "clear")

    async def _cells(self, kind, proof):
        for frontends in (1, 2):
            self.place.stop()
            self.place = PartnerWorld(kind, proof, frontends)
            await self.place.start()
            await self._chat_both_ways()
            log = self.place.gateway_log()
            method = PROOFS[proof].log
            self.assertIn(f"proven by {method}", log, "our stream")
            self.assertRegex(log, f'"domain proven".*by {method}"', "the partner's stream")
            self.assertEqual(proof != "clear", "stream secured" in log)

    async def _chat_both_ways(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        texts = [f"number {number}" for number in range(MESSAGES)]
        for text in texts:
            self.assert_answer(await romeo.say(JULIET, text), 200)
        self.assertEqual(texts, [(await juliet.inbox.take(text_from(ROMEO)))["body"] for _ in texts])
        juliet.say(ROMEO, "first of all")  # see docs/peers.md
        await romeo.inbox.take(scenario.is_kind("message", "first of all"))
        for text in texts:
            juliet.say(ROMEO, text)
        self.assertEqual(texts, [(await romeo.inbox.take(scenario.is_kind("message"))).text for _ in texts])


if __name__ == "__main__":
    unittest.main()
