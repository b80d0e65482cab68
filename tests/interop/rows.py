"""Rows of a table, each a test with users of its own, all played at once in one world: most of their time is waiting."""

import asyncio
import functools
import inspect
import re
import sys
import unittest

import scenario  # noqa: F401  (finds the demonstration's modules)
import world
from xmpp_user import text_from

SIGN_INS = 4  # at once
LOG_LINES = 160  # of each server, when a row fails


def _awaits(play):
    @functools.wraps(play)
    def wait_for_it(row):
        row.runner.get_loop().run_until_complete(row.playing)
    return wait_for_it


class Rows(unittest.TestCase):
    """Each async test is a row, and its parameters say by their types who plays in it (`Type.of(row)` makes them).

    What is chosen on the command line is played, nothing else. `number` is in the names of the row's users.
    """

    maxDiff = None

    def __init_subclass__(cls):
        super().__init_subclass__()
        cls.chosen = []
        for name in unittest.defaultTestLoader.getTestCaseNames(cls):
            if inspect.iscoroutinefunction(play := getattr(cls, name)):
                setattr(cls, name, _awaits(play))

    def __init__(self, name):
        super().__init__(name)
        self.number = len(self.chosen)
        self.chosen.append(self)

    @classmethod
    def make_world(cls):
        raise NotImplementedError

    @classmethod
    def setUpClass(cls):
        cls.runner = asyncio.Runner()
        cls.addClassCleanup(cls.runner.close)
        cls.place = cls.make_world()
        cls.place.xmpp_users = [f"{name}{row.number}" for row in cls.chosen for name in ("juliet", "nurse")]
        cls.addClassCleanup(cls.place.stop)
        cls.runner.run(cls.place.start())
        cls.signing_in = asyncio.Semaphore(SIGN_INS)
        for row in cls.chosen:
            row.playing = cls.runner.get_loop().create_task(row._play())

    async def _play(self):
        play = inspect.unwrap(getattr(type(self), self._testMethodName))
        cast = list(inspect.signature(play).parameters.values())[1:]
        await play(self, *[await member.annotation.of(self) for member in cast])

    def run(self, result=None):
        result = result or self.defaultTestResult()
        before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > before and hasattr(self, "playing"):
            self._print_logs()
        return result

    def _print_logs(self):
        """What the servers wrote of this row's users."""
        ours = re.compile(rf"\b[a-z]+{self.number}@")
        for running in self.place.servers:
            lines = [line for line in running.log.read_text(errors="replace").splitlines() if ours.search(line)]
            print(f"\n===== {running.log.name}, row {self.number} =====\n" + "\n".join(lines[-LOG_LINES:]), file=sys.stderr)

    # The users of this row.

    async def xmpp_user(self, name="juliet"):
        """Signed in; juliet or nurse."""
        async with self.signing_in:
            return await self.place.juliet(f"{name}{self.number}@{world.XMPP_DOMAIN}")

    async def sip_user(self, kind, name="romeo"):
        """Signed in; `kind` is its class."""
        async with self.signing_in:
            return await self.place.romeo(f"{name}{self.number}@{world.SIP_DOMAIN}", kind)

    def assert_ok(self, answer):
        self.assertEqual(200, answer.status, answer.start)

    async def assert_untold(self, romeo, juliet, wanted):
        """No stanza for which `wanted` holds has come to juliet of what romeo has done until now: a text of his, sent
        after it on the same way, has come already."""
        answer = await romeo.page(juliet.boundjid.bare, "a mark")
        self.assertIn(answer.status, (200, 202), answer.start)
        await juliet.inbox.take(text_from(romeo.address, "a mark"), what="a mark")
        self.assertEqual([], juliet.inbox.drain(wanted))
