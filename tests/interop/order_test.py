"""A thousand messages each way: all arrive, in order, none twice."""

import asyncio
import unittest

import scenario
from world import JULIET, ROMEO
from xmpp_user import text_from

COUNT = 1000


class Order(scenario.Scenario):
    async def test_a_thousand_each_way_arrive_in_order_and_once(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        await self._romeo_writes(romeo, juliet, "one way")
        await self._juliet_writes(romeo, juliet, "the other way")

    async def test_a_thousand_each_way_at_once(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        await asyncio.gather(self._romeo_writes(romeo, juliet, "from romeo"),
                             self._juliet_writes(romeo, juliet, "from juliet"))

    async def _romeo_writes(self, romeo, juliet, words):
        async def write():
            for text in texts:
                self.assert_answer(await romeo.say(JULIET, text), 200)

        texts = [f"{words} {number}" for number in range(COUNT)]
        writing = asyncio.create_task(write())
        got = [(await juliet.inbox.take(text_from(ROMEO)))["body"] for _ in texts]
        await writing
        self.assertEqual(texts, got + [more["body"] for more in juliet.inbox.drain(text_from(ROMEO))])

    async def _juliet_writes(self, romeo, juliet, words):
        # Prosody 0.12 lets new stanzas overtake those that wait for a stream with EXTERNAL (docs/peers.md):
        # the burst begins when the stream is there.
        juliet.say(ROMEO, "first of all")
        await romeo.inbox.take(scenario.is_kind("message", "first of all"))
        texts = [f"{words} {number}" for number in range(COUNT)]
        for text in texts:
            juliet.say(ROMEO, text)
            await asyncio.sleep(0)  # lets the others go on
        got = [(await romeo.inbox.take(scenario.is_kind("message"))).text for _ in texts]
        self.assertEqual(texts, got + [more.text for more in romeo.inbox.drain(scenario.is_kind("message"))])
        self.assertEqual([], juliet.inbox.drain(lambda stanza: stanza["type"] == "error"))


if __name__ == "__main__":
    unittest.main()
