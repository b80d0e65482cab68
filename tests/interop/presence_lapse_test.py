"""What time alone does to subscriptions: the rows of tables 8.1 and 8.2 that end or renew something."""

import asyncio
import contextlib
import re
import unittest

import rows  # first: it finds demo/
from presence_world import LOOK_AGAIN, PresenceWorld
from published_rows import PublishedPair
from s_watcher import SPair
from scenario import is_notify

LIFETIME = 6  # seconds: presence.refresh
MIN_EXPIRES = 10  # of Kamailio's presence server
REFRESH = 2  # seconds, of an endpoint that stays


class Lapses:
    @classmethod
    def make_world(cls):
        return PresenceWorld(cls.partner, min_expires=MIN_EXPIRES, more=f"presence: {{refresh: {LIFETIME}s}}\n")

    async def test_sip_watcher_P_dialog_expires(self, pair: SPair):
        await pair.pending(LIFETIME)
        await self._lapses(pair, "")
        await pair.is_told_nothing("unavailable", "unsubscribe")
        pair.approves()  # the question was still hers
        await pair.told_nothing()
        await pair.subscribes(granted=LIFETIME)
        await pair.told("active", "")
        await pair.told("active", "open")
        await pair.is_told_nothing("subscribe")

    async def test_sip_watcher_P_one_dialog_expires(self, pair: SPair):
        await pair.pending(LIFETIME)
        async with self._stays(pair) as other:
            await self._lapses(pair, "")
            pair.approves()
            await other.inbox.take(is_notify("active", "open"))

    async def test_sip_watcher_A_dialog_expires(self, pair: SPair):
        await pair.active(LIFETIME)
        await self._lapses(pair, "closed")
        await pair.place_received("unavailable")  # SUB-7
        await pair.is_told_nothing("unsubscribe")
        await pair.subscribes(granted=LIFETIME)  # C
        await pair.told("active", "")
        await pair.told("active", "open")
        await pair.is_told_nothing("subscribe")

    async def test_sip_watcher_A_one_dialog_expires(self, pair: SPair):
        await pair.active(LIFETIME)
        async with self._stays(pair) as other:
            await self._lapses(pair, "closed")
            await pair.is_told_nothing("unavailable")
            pair.juliet.send_presence(pshow="away")
            await other.inbox.take(is_notify("active", "open", "away"))

    async def _lapses(self, pair, basic):
        """Prosody's late `unavailable` (told_of_approval) may be told before."""
        self.assertEqual("terminated;reason=timeout", (await pair.told_until("terminated", basic)).text)
        self.assertEqual(481, (await pair.romeo.refresh()).status)

    @contextlib.asynccontextmanager
    async def _stays(self, pair):
        """Another endpoint, which refreshes its dialog."""
        other = await pair.another_endpoint()
        await pair.subscribes(other, granted=LIFETIME)

        async def refresh():
            while True:
                await asyncio.sleep(REFRESH)
                await pair.refreshes(other, granted=LIFETIME)
        refreshing = asyncio.create_task(refresh())
        try:
            yield other
        finally:
            refreshing.cancel()

    async def test_presence_server_423_and_refresh(self, pair: PublishedPair):
        """Kamailio wants ten seconds where six are asked for, at first and at each refresh, which is in the dialog."""
        await pair.sees_him()
        line = re.compile(rf"SUBSCRIBE sip:(\S+) from sip:{pair.juliet.boundjid.bare}, (\S+)")
        asked = []
        async with asyncio.timeout(40):
            while len(asked) < 4:
                await asyncio.sleep(LOOK_AGAIN)
                asked = line.findall(self.place.edge.log.read_text())
        targets, dialogs = zip(*asked)
        self.assertNotEqual(dialogs[0], dialogs[1], "the first was refused")
        self.assertEqual([dialogs[1]] * 2, list(dialogs[2:]))
        self.assertEqual([pair.romeo.address] * 2, list(targets[:2]))
        self.assertRegex(targets[2], "^edge.montague.example:")
        self.assertEqual(targets[2], targets[3])
        await pair.romeo.publish("busy")
        await pair.sees("available", "dnd")
        await pair.sees_nothing()


class WithProsody(Lapses, rows.Rows):
    partner = "prosody"


class WithEjabberd(Lapses, rows.Rows):
    partner = "ejabberd"


if __name__ == "__main__":
    unittest.main()
