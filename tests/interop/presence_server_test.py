"""Kamailio's presence server tells who is how available: an XMPP user sees it, also after it has forgotten everything."""

import asyncio
import unittest

import scenario  # first: it finds demo/
import gateway
import pidf
import sip_dialog
from presence_world import LOOK_AGAIN, PresenceWorld
from world import ROMEO
from xmpp_user import presence_of


class PresenceServer(scenario.Scenario):
    async def start(self):
        self.place = PresenceWorld(presentities=".*")
        await self.place.start()
        self.romeo, self.juliet = await self.place.romeo(), await self.place.juliet()

    async def test_what_is_published_is_shown(self):
        await self._see("away")
        await self._publish("busy", "on the phone")
        shown = await self.juliet.inbox.take(presence_of(ROMEO, "available", "dnd"))
        self.assertEqual("on the phone", shown["status"])
        await self._publish(is_open=False)
        await self.juliet.inbox.take(presence_of(ROMEO, "unavailable"))

    async def test_a_server_that_forgot_the_subscription_is_asked_anew(self):
        await self._see("away")
        await self.place.restart_edge()
        self.romeo = await self.place.romeo()
        await self._publish("busy")
        gateway.kill(gateway.processes(self.place.gateway.process.pid)["sip-frontend"][0])  # its pairs are verified
        await self.juliet.inbox.take(presence_of(ROMEO, "available", "dnd"), seconds=40)

    async def test_a_request_while_the_edge_is_away_is_made_again(self):
        self.place.edge.stop()
        self.juliet.subscription(ROMEO, "subscribe")
        async with asyncio.timeout(20):
            while "edge-unreachable" not in self.place.gateway_log():
                await asyncio.sleep(LOOK_AGAIN)
        await self.place.restart_edge()
        self.romeo = await self.place.romeo()
        await self._publish("away")
        await self.juliet.inbox.take(presence_of(ROMEO, "subscribed"), seconds=40)
        await self.juliet.inbox.take(presence_of(ROMEO, "available", "away"))

    async def test_an_end_is_an_end(self):
        await self._see("away")
        self.juliet.subscription(ROMEO, "unsubscribe")
        await self.juliet.inbox.take(presence_of(ROMEO, "unavailable"))
        await self._publish("busy")
        self.assertEqual([], self.juliet.inbox.drain(presence_of(ROMEO, "available")))

    async def _see(self, activity):
        """Juliet watches Romeo, and sees what he is at."""
        await self._publish(activity)
        self.juliet.subscription(ROMEO, "subscribe")
        await self.juliet.inbox.take(presence_of(ROMEO, "subscribed"))
        await self.juliet.inbox.take(presence_of(ROMEO, "available", activity))

    async def _publish(self, activity="", note="", is_open=True):
        dialog = sip_dialog.Dialog.to(f"sip:{ROMEO}", ROMEO)
        answer = await self.romeo.request(dialog, "PUBLISH", [
            ("Event", "presence"), ("Expires", "3600"), ("Content-Type", "application/pidf+xml"),
            *([("SIP-If-Match", self.published)] if getattr(self, "published", None) else [])],
            pidf.write(ROMEO, is_open, activity, note))
        if answer.status == 412:  # a server that was restarted
            self.published = None
            return await self._publish(activity, note, is_open)
        self.assert_answer(answer, 200)
        self.published = answer.get("SIP-ETag")


if __name__ == "__main__":
    unittest.main()
