"""Single messages outside of sessions: the standard dialect, and what others have of it while Redis is full."""

import subprocess
import unittest

import scenario
from world import JULIET, ROMEO
from xmpp_user import text_from, typing_from


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

    async def test_comp3_comp6_typing_both_ways(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        juliet.typing(ROMEO)  # he never wrote: he may not know what that is
        juliet.say(ROMEO, "anybody?")
        await romeo.inbox.take(scenario.is_kind("message", "anybody?"))
        await romeo.page(JULIET, "hello")
        await juliet.inbox.take(text_from(ROMEO, "hello"))
        self.assertEqual([], romeo.inbox.drain())
        for state in ("active", "active", "idle"):
            self.assertEqual(200, (await romeo.page_typing(JULIET, state)).status)
        await juliet.inbox.take(typing_from(ROMEO, "composing"))
        await juliet.inbox.take(typing_from(ROMEO, "active"))
        self.assertEqual([], juliet.inbox.drain(typing_from(ROMEO, "composing")), "told twice")
        juliet.typing(ROMEO)
        typing = await romeo.inbox.take(scenario.is_kind("typing"))
        self.assertEqual(("type", "MESSAGE"), (typing.text, typing.request.method))
        juliet.typing(ROMEO, "paused")
        self.assertEqual("idle", (await romeo.inbox.take(scenario.is_kind("typing"))).text)

    async def test_keeps_the_order_of_many(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        texts = [f"line {number}" for number in range(100)]
        for text in texts:
            juliet.say(ROMEO, text)
        got = [(await romeo.inbox.take(scenario.is_kind("message"))).text for _ in texts]
        self.assertEqual(texts, got)


class RedisIsFull(scenario.Scenario):
    """It is there and takes no writes; users of sessions are refused, pages need none."""

    async def test_arch15_a_page_arrives(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        full = ["redis-cli", "-s", self.place.folder / "redis.sock", "config", "set", "maxmemory", "1"]
        self.assertEqual("OK\n", subprocess.run(full, capture_output=True, text=True, check=True).stdout)
        self.assert_answer(await romeo.invite(JULIET), 500, 62003)
        self.assertIn((await romeo.page(JULIET, "a page")).status, (200, 202))
        await juliet.inbox.take(text_from(ROMEO, "a page"))


if __name__ == "__main__":
    unittest.main()
