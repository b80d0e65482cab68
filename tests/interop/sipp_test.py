"""sipp as the SIP user: a client that nobody here wrote."""

import asyncio
import pathlib
import unittest

import scenario
from world import ROMEO
from xmpp_user import text_from

SCENARIOS = pathlib.Path(__file__).parent / "sipp"
SECONDS = 30


class Sipp(scenario.Scenario):
    async def test_a_page(self):
        juliet = await self.place.juliet()
        await self._play("page")
        self.assertIn("A page from sipp", (await juliet.inbox.take(text_from(ROMEO)))["body"])

    async def test_a_session(self):
        juliet = await self.place.juliet()
        await self._play("session")
        self.assertIn("In a session from sipp", (await juliet.inbox.take(text_from(ROMEO)))["body"])

    async def _play(self, name):
        """Runs one call of the scenario through the Edge's stand-in; it fails unless every answer is as expected."""
        sipp = await asyncio.create_subprocess_exec(
            "sipp", "-nostdin", "-t", "t1", "-i", "127.0.0.1", "-m", "1", "-timeout", f"{SECONDS}s",
            "-sf", SCENARIOS / f"{name}.xml", f"127.0.0.1:{self.place.user_port}", cwd=self.place.folder,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
        printed, _ = await asyncio.wait_for(sipp.communicate(), SECONDS + 5)
        self.assertEqual(0, sipp.returncode, printed.decode(errors="replace")[-3000:])


if __name__ == "__main__":
    unittest.main()
