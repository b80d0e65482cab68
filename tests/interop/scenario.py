"""A test between real servers: a world of its own, whose logs are printed when it fails."""

import asyncio
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "demo"))

import world  # noqa: E402  (found through the path above)

LOG_LINES = 150


class Scenario(unittest.IsolatedAsyncioTestCase):
    """`self.place` is started before each test and stopped after it."""

    dialect = "microsoft"
    maxDiff = None

    async def asyncSetUp(self):
        self.place = world.World(self.dialect)
        self.addCleanup(lambda: self.place.stop(keep_folder=True))
        await self.start()

    async def start(self):
        await self.place.start()

    def run(self, result=None):
        result = result or self.defaultTestResult()
        before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > before and hasattr(self, "place"):
            for running in self.place.servers:
                print(f"\n===== {running.log.name} =====\n{running.tail(LOG_LINES)}", file=sys.stderr)
        if hasattr(self, "place"):
            self.place.stop()
        return result

    def assert_answer(self, answer, status, reason_code=None):
        """A SIP response with this status and, where given, this number in ms-diagnostics-public."""
        self.assertEqual(status, answer.status, f"{answer.start} {answer.headers}")
        if reason_code:
            self.assertEqual(str(reason_code), answer.get("ms-diagnostics-public").split(";")[0])

    async def until(self, holds, what, seconds=40):
        """Waits until holds() is true; above every deadline of a message."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not holds():
            self.assertLess(asyncio.get_running_loop().time(), deadline, what() if callable(what) else what)
            await asyncio.sleep(0.02)

    async def befriend(self, romeo, juliet):
        """Both see each other afterwards, and nothing is left in their inboxes."""
        from xmpp_user import presence_of
        self.assert_answer(await romeo.subscribe(world.JULIET), 200)
        await juliet.inbox.take(presence_of(world.ROMEO, "subscribe"))
        juliet.subscription(world.ROMEO, "subscribed")
        await romeo.inbox.take(is_notify("active", "open"))
        juliet.subscription(world.ROMEO, "subscribe")
        await juliet.inbox.take(presence_of(world.ROMEO, "subscribed"))
        await juliet.inbox.take(presence_of(world.ROMEO, "available"))
        romeo.inbox.drain()
        juliet.inbox.drain()


def is_notify(state, basic=None, activity=None, note=None):
    """Tells a NOTIFY with this Subscription-State, basic status, activity and note."""
    return lambda event: (event.kind == "notify" and event.text.startswith(state)
                          and basic in (None, event.state.basic)
                          and (activity is None or activity in event.state.activities)
                          and (note is None or note in event.state.notes))


def is_kind(kind, text=None):
    """Tells an event of a SIP user: message, invite, subscribe, typing, bye."""
    return lambda event: event.kind == kind and text in (None, event.text)
