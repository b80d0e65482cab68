"""Presence both ways: approval, refusal, states and notes, going, unsubscribing."""

import unittest

import scenario
from scenario import is_kind, is_notify
from world import JULIET, ROMEO
from xmpp_user import presence_of


class Presence(scenario.Scenario):
    async def test_juliets_states_reach_romeo(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        await self.befriend(romeo, juliet)
        for show, activity in (("away", "away"), ("dnd", "busy"), ("xa", "away")):
            juliet.send_presence(pshow=show, pstatus=f"now {show}")
            await romeo.inbox.take(is_notify("active", "open", activity, f"now {show}"), what=show)
        juliet.send_presence()
        back = await romeo.inbox.take(is_notify("active", "open"), what="available again")
        self.assertEqual(((), ()), (back.state.activities, back.state.notes))
        juliet.send_presence(ptype="unavailable")
        await romeo.inbox.take(is_notify("active", "closed"), what="closed")

    async def test_romeos_states_reach_juliet(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        await self.befriend(romeo, juliet)
        for activity, show in (("busy", "dnd"), ("away", "away"), ("", "")):
            await romeo.publish(activity=activity, note=f"note {activity}")
            stanza = await juliet.inbox.take(presence_of(ROMEO, "available", show), what=show)
            self.assertEqual(f"note {activity}".strip(), stanza["status"].strip())
        await romeo.publish(is_open=False)
        await juliet.inbox.take(presence_of(ROMEO, "unavailable"))

    async def test_juliet_denies(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        self.assertIn((await romeo.subscribe(JULIET)).status, (200, 202))
        await juliet.inbox.take(presence_of(ROMEO, "subscribe"))
        juliet.subscription(ROMEO, "unsubscribed")
        last = await romeo.inbox.take(is_notify("terminated"))
        self.assertIn("rejected", last.text)

    async def test_romeo_denies(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        romeo.admits = "rejected"
        juliet.subscription(ROMEO, "subscribe")
        await juliet.inbox.take(presence_of(ROMEO, "unsubscribed"))

    async def test_romeo_thinks_before_he_approves(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        romeo.admits = "pending"
        juliet.subscription(ROMEO, "subscribe")
        await romeo.inbox.take(is_kind("subscribe"))
        self.assertEqual([], juliet.inbox.drain(presence_of(ROMEO, "subscribed")))
        for answer in await romeo.decide(JULIET, "active"):
            self.assert_answer(answer, 200)
        await juliet.inbox.take(presence_of(ROMEO, "subscribed"))
        await juliet.inbox.take(presence_of(ROMEO, "available"))

    async def test_romeo_unsubscribes(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        await self.befriend(romeo, juliet)
        self.assert_answer(await romeo.subscribe(JULIET, expires=0), 200)
        await romeo.inbox.take(is_notify("terminated"))
        juliet.send_presence(pshow="away")
        self.assert_answer(await romeo.say(JULIET, "are you there?"), 200)
        self.assertEqual([], romeo.inbox.drain(is_kind("notify")))

    async def test_juliet_unsubscribes(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        await self.befriend(romeo, juliet)
        juliet.subscription(ROMEO, "unsubscribe")
        await romeo.inbox.take(is_kind("subscribe", "0"), what="SUBSCRIBE with Expires 0")

    async def test_juliet_revokes_what_she_had_approved(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        await self.befriend(romeo, juliet)
        juliet.subscription(ROMEO, "unsubscribed")
        last = await romeo.inbox.take(is_notify("terminated"))
        self.assertIn("rejected", last.text)


if __name__ == "__main__":
    unittest.main()
