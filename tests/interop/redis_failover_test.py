"""The master of a Sentinel group or of a shard of a Cluster dies in the middle: chat goes on, in the session that was there,
and presence is true afterwards."""

import asyncio
import time
import unittest

import scenario  # first: it finds demo/
import gateway
import insistent
import redis_servers
from scenario import is_kind, is_notify
from world import ROMEO
from xmpp_user import presence_of

BACK_SECONDS = 15  # the group's own failover takes some of them


class Failover(scenario.Scenario):
    async def start(self):
        pass

    async def test_of_a_sentinel_group(self):
        group = await self._begin(redis_servers.Group())
        await self._lose(group.running[0])
        self.assertIn("redis master changed", self._log())
        for sentinel in group.sentinels:
            self.assertIn(str(group.replica),
                          redis_servers.ask(sentinel, "sentinel", "get-master-addr-by-name", group.name))
        self.assertIn("presence:", redis_servers.ask(group.replica, "keys", "*"))

    async def test_of_the_shard_that_holds_the_session(self):
        await self._shard("chat:")

    async def test_of_the_shard_that_holds_a_subscription(self):
        await self._shard("presence:")

    async def _shard(self, prefix):
        cluster = await self._begin(redis_servers.Cluster())
        number = cluster.holders(prefix)[0]
        await self._lose(cluster.running[number])
        self.assertIn("redis master changed", self._log())
        self.assertIn("master", redis_servers.ask(cluster.ports[number + 3], "role"))

    async def _begin(self, servers):
        """The world on these servers; the two know each other and have a session."""
        await servers.start(self.place.folder)
        self.place.servers += servers.running
        await asyncio.gather(self.place.start_peers(), self.place.start_gateway(
            more=f"workers: {{router: 2}}\n{servers.configuration()}"))
        self.romeo, self.juliet = await self.place.romeo(), await self.place.juliet()
        await self.befriend(self.romeo, self.juliet)
        await insistent.chat(self.romeo, self.juliet, "before")
        return servers

    async def _lose(self, running):
        romeo, juliet = self.romeo, self.juliet
        romeo.inbox.drain()
        gateway.kill(running.process.pid)
        killed = time.monotonic()
        juliet.send_presence(pshow="dnd", pstatus="a nurse calls")
        published = asyncio.create_task(insistent.publish(romeo, activity="away"))
        await insistent.chat(romeo, juliet, "after")
        took = time.monotonic() - killed
        self.assertLess(took, BACK_SECONDS, f"{took:.1f} s until both had chatted again")
        await romeo.inbox.take(is_notify("active", "open", "busy", "a nurse calls"), what="juliet's state")
        await published
        await juliet.inbox.take(presence_of(ROMEO, "available", "away"), what="romeo's state")
        self.assertEqual([], juliet.inbox.drain(presence_of(ROMEO, "unsubscribed")))
        self.assertEqual([], romeo.inbox.drain(is_notify("terminated")), "a dialog was given up")
        for kind in ("invite", "bye"):
            self.assertEqual([], romeo.inbox.drain(is_kind(kind)), "the session was given up")
        # And what changes from now on arrives as ever.
        juliet.send_presence()
        await romeo.inbox.take(is_notify("active", "open", note=None), what="juliet available again")
        self.assert_answer((await romeo.publish(activity=""))[0], 200)
        await juliet.inbox.take(presence_of(ROMEO, "available", ""), what="romeo available again")

    def _log(self):
        return self.place.gateway.log.read_text()


if __name__ == "__main__":
    unittest.main()
