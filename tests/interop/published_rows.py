"""Table 8.1 where Kamailio's presence server is asked: what it reaches of it, and how it says so."""

import pidf
import sip_dialog
from presence_users import Reached
from presence_world import PUBLISHED
from x_watcher import XPair


class Publisher(Reached):
    """A device of a SIP user. What it publishes is in force until it is replaced or withdrawn."""

    device, etag = "0", None

    async def publish(self, activity="", note="", is_open=True, expires=3600):
        body = pidf.write(self.address, is_open, activity, note, self.device) if expires else b""
        answer = await self.request(sip_dialog.Dialog.to(self._uri, self.address), "PUBLISH", [
            ("Event", "presence"), ("Expires", str(expires)),
            *([("Content-Type", "application/pidf+xml")] if body else []),
            *([("SIP-If-Match", self.etag)] if self.etag else [])], body)
        assert answer.status == 200, answer.start
        self.etag = answer.get("SIP-ETag")


class PublishedPair(XPair):
    @classmethod
    async def of(cls, row):
        return cls(row, await row.xmpp_user(), await row.sip_user(Publisher, PUBLISHED))

    async def sees_him(self):
        """State A: she sees him away."""
        await self.romeo.publish("away")
        self.subscribe()
        await self.sees("subscribed")
        await self.sees("available", "away")


class PublishedRows:
    async def test_presence_server_N_R_A(self, pair: PublishedPair):
        await pair.sees_him()
        await pair.romeo.publish("busy", "on the phone")
        self.assertEqual("on the phone", (await pair.sees("available", "dnd"))["status"])
        await pair.romeo.publish(is_open=False)
        await pair.sees("unavailable")

    async def test_presence_server_R_active_without_body(self, pair: PublishedPair):
        """Nobody has published anything."""
        pair.subscribe()
        await pair.sees("subscribed")
        self.assertEqual(pair.romeo.address, (await pair.sees("unavailable"))["from"].full)  # PRES-16

    async def test_presence_server_A_withdrawn(self, pair: PublishedPair):
        await pair.sees_him()
        await pair.romeo.publish(expires=0)
        await pair.sees("unavailable")

    async def test_presence_server_A_two_devices(self, pair: PublishedPair):
        await pair.sees_him()
        telephone = await self.sip_user(Publisher, PUBLISHED)
        telephone.device = "telephone"
        await telephone.publish("busy")
        shown = await pair.sees("available", "dnd")
        self.assertEqual(f"{pair.romeo.address}/telephone", shown["from"].full)
        await pair.romeo.publish(expires=0)
        self.assertEqual(f"{pair.romeo.address}/0", (await pair.sees("unavailable"))["from"].full)
        await pair.sees_nothing()

    async def test_presence_server_A_unsubscribe(self, pair: PublishedPair):
        await pair.sees_him()
        pair.unsubscribe()
        await pair.is_confirmed()
        await pair.romeo.publish("busy")
        await pair.sees_nothing()

    async def test_presence_server_N_probe(self, pair: PublishedPair):
        await pair.romeo.publish("away")
        pair.probe()
        await pair.sees("available", "away")
        await pair.sees("available", "away")  # the subscription that follows
        await pair.romeo.publish("busy")
        await pair.sees("available", "dnd")

    async def test_presence_server_A_probe(self, pair: PublishedPair):
        await pair.sees_him()
        pair.signs_in_again()
        await pair.sees("available", "away")
