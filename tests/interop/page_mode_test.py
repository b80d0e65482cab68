"""Single messages outside of sessions: the standard dialect."""

import unittest

import scenario
from world import JULIET, ROMEO
from xmpp_user import text_from


class PageMode(scenario.Scenario):
    dialect = "standard"

    async def test_carries_text_both_ways(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        self.assertIn((await romeo.page(JULIET, "Gr\u00fc\u00df dich & <her>")).status, (200, 202))
        await juliet.inbox.take(text_from(ROMEO, "Gr\u00fc\u00df dich & <her>"))
        juliet.say(ROMEO, "\N{SPARKLING HEART} & <him>")
        message = await romeo.inbox.take(scenario.is_kind("message", "\N{SPARKLING HEART} & <him>"))
        self.assertEqual("MESSAGE", message.request.method)
        self.assertEqual([], romeo.inbox.drain(scenario.is_kind("invite")))

    async def test_keeps_the_order_of_many(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        texts = [f"line {number}" for number in range(100)]
        for text in texts:
            juliet.say(ROMEO, text)
        got = [(await romeo.inbox.take(scenario.is_kind("message"))).text for _ in texts]
        self.assertEqual(texts, got)


if __name__ == "__main__":
    unittest.main()
