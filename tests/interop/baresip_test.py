"""baresip as the SIP user: a telephone that nobody here wrote, in the standard dialect."""

import asyncio
import os
import re
import unittest

import scenario
import ports
from world import JULIET, ROMEO

SECONDS = 20
CONFIG = """\
module_path /usr/lib/baresip/modules
sip_listen 127.0.0.1:0
module stdio.so
module account.so
module menu.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control_port}
"""
ACCOUNT = '<sip:{address};transport=tcp>;regint=600;outbound="sip:127.0.0.1:{port};transport=tcp";auth_pass=none\n'


class Baresip(scenario.Scenario):
    dialect = "standard"

    async def asyncSetUp(self):
        await super().asyncSetUp()
        home = self.place.folder / "baresip"
        home.mkdir()
        self.control_port = ports.free_port()
        (home / "config").write_text(CONFIG.format(control_port=self.control_port))
        (home / "accounts").write_text(ACCOUNT.format(address=ROMEO, port=self.place.user_port))
        (home / "contacts").write_text("")
        self.baresip = await asyncio.create_subprocess_exec(
            "baresip", "-f", home, env={**os.environ, "HOME": str(home)}, stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
        self.addAsyncCleanup(self._end)
        self.shown = ""
        await self._shows(r"200 OK .*1 binding")

    async def test_shows_a_text_of_the_xmpp_user(self):
        juliet = await self.place.juliet()
        juliet.say(ROMEO, "good night, Gr\u00fc\u00dfe")
        await self._shows(f'sip:{re.escape(JULIET)}.*"good night, Gr\u00fc\u00dfe"')

    async def test_is_told_that_only_text_can_be_carried(self):
        _, control = await asyncio.open_connection("127.0.0.1", self.control_port)
        command = f'{{"command":"dial","params":"sip:{JULIET}","token":"1"}}'
        control.write(f"{len(command)}:{command},".encode())
        await self._shows("session closed: 488 Not Acceptable Here")
        control.close()

    async def _shows(self, pattern):
        """Waits until baresip has printed it."""
        async with asyncio.timeout(SECONDS):
            while not re.search(pattern, self.shown):
                some = await self.baresip.stdout.read(4096)
                self.assertTrue(some, f"baresip ended: {self.shown[-2000:]}")
                self.shown += some.decode(errors="replace")

    async def _end(self):
        if self.baresip.returncode is None:
            self.baresip.kill()
        await self.baresip.wait()


if __name__ == "__main__":
    unittest.main()
