"""A gateway whose Redis user may do what docs/operations.md says, and nothing else."""

import asyncio
import json
import re
import subprocess
import unittest

import scenario  # first: it finds demo/
import gateway
import insistent
import redis_servers
from scenario import is_notify
from world import ROMEO
from xmpp_user import presence_of

SECONDS = 20
RULE = re.search(r"^user dragoman on >PASSWORD (~.*)$", (scenario.ROOT / "docs/operations.md").read_text(), re.M).group(1)


class Acl(scenario.Scenario):
    async def start(self):
        running, self.port = await redis_servers.start_server(self.place.folder)
        self.place.servers.append(running)
        self._allow(*RULE.split(), ">first")
        self._redis("acl", "setuser", "default", "on", ">admin")
        self.password = self.place.folder / "redis.password"
        self._write("first")
        self.more = (f'redis: {{url: "redis://127.0.0.1:{self.port}/2", user: dragoman, '
                     f'password: redis.password}}\n')
        await asyncio.gather(self.place.start_peers(), self.place.start_gateway(more=self.more))

    async def test_the_documented_user_is_enough_and_its_password_may_change(self):
        romeo, juliet = await self._acquainted()
        # Its connection ends, and what it knew is no longer right.
        self._allow("resetpass", ">second")
        self._redis("client", "kill", "user", "dragoman")
        await self._logged('"reason":"wrong-password"')
        juliet.send_presence(pshow="away", pstatus="meanwhile")
        self._write("second")
        await romeo.inbox.take(is_notify("active", "open", "away", "meanwhile"), what="juliet's state")
        await insistent.chat(romeo, juliet, "after")
        denied = [entry for entry in self._redis("acl", "log").split("reason\n")[1:] if not entry.startswith("auth")]
        self.assertEqual([], denied)
        self.assertEqual([], [f for f in self._check() if f["severity"] == "error"])

    async def test_a_command_that_it_lacks_is_named(self):
        romeo, juliet = await self._acquainted()
        self._allow("-zadd")
        juliet.send_presence(pshow="dnd", pstatus="a nurse calls")
        await self._logged("no-permission")
        line = next(line for line in self._log().splitlines() if "no-permission" in line)
        self.assertIn("redis refused", line)
        self.assertRegex(line, "(?i)zadd|EVALSHA")
        lacking = [f for f in self._check() if f["name"] == "redis-acl"]
        self.assertEqual(["error"], [f["severity"] for f in lacking])
        self.assertIn("may not run zadd on due:*", lacking[0]["found"])
        self.assertIn("ACL SETUSER", lacking[0]["mend"])

    async def test_a_password_that_everybody_may_read_is_refused(self):
        self.password.chmod(0o644)
        done = self._run_check()
        self.assertEqual(2, done.returncode)
        self.assertIn("everybody may read", done.stdout)

    async def _acquainted(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        await self.befriend(romeo, juliet)
        await insistent.chat(romeo, juliet, "before")
        await insistent.publish(romeo, activity="away")
        await juliet.inbox.take(presence_of(ROMEO, "available", "away"), what="romeo's state")
        return romeo, juliet

    def _allow(self, *rules):
        self.assertEqual("OK", self._redis("acl", "setuser", "dragoman", "on", *rules))

    def _redis(self, *words):
        """As the administrator, before and after that needs a password."""
        said = redis_servers.ask(self.port, *words)
        if "NOAUTH" not in said:
            return said
        return redis_servers.ask(self.port, *words, user="default", password="admin")

    def _write(self, password):
        new = self.password.with_suffix(".new")
        new.write_text(f"{password}\n")
        new.chmod(0o600)
        new.replace(self.password)

    def _run_check(self):
        return subprocess.run([gateway.PROGRAM, "check", "--only", "configuration,redis", "--json", "--config",
                               self.place.folder / "dragoman.yaml", "--state", self.place.folder],
                              capture_output=True, text=True, timeout=SECONDS)

    def _check(self):
        return json.loads(self._run_check().stdout)["findings"]

    def _log(self):
        return self.place.gateway.log.read_text()

    async def _logged(self, words):
        deadline = asyncio.get_running_loop().time() + SECONDS
        while words not in self._log():
            self.assertLess(asyncio.get_running_loop().time(), deadline, f"no {words} in the log")
            await asyncio.sleep(0.05)


if __name__ == "__main__":
    unittest.main()
