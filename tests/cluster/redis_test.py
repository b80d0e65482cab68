"""F-7 to F-9: Redis is away, full, slow, a replica, another one. Pages need it for nothing, so none of them is refused; the
routers find it again by themselves.
"""

import asyncio
import shutil
import signal
import time

import fault
import namespaces
import redis_servers
from cluster import REDIS_PORT

NOTICED_SECONDS, BACK_SECONDS, AWAY_SECONDS = 5, 10, 10
APPEND_ONLY = ("--appendonly", "yes", "--appendfsync", "always")


class Redis(fault.Fault):
    redis_words = APPEND_ONLY

    async def test_f7_killed_and_started_empty(self):
        await self.begin()
        await self._kill()
        shutil.rmtree(self.folder / "appendonlydir")
        await self.start_redis()
        await self._up()
        self.traffic.presence.xmpp.sign_in_again()  # a probe brings back what no SIP user asks for again
        await self._end(store_lost=True)

    async def test_f7_killed_and_started_with_its_file(self):
        self._ask("set", "kept", "yes")
        await self.begin()
        await self._kill()
        await self.start_redis()
        await self._end()
        self.assertEqual("yes", self._ask("get", "kept"))

    async def test_f7_killed_five_times(self):
        await self.begin()
        for _ in range(5):
            await self._kill()
            await self.start_redis()
            await self._up()
        await self._end()

    async def test_f8_stopped_for_ten_seconds(self):
        await self.begin()
        self.redis.process.send_signal(signal.SIGSTOP)
        try:
            await self._down("timeout")
            await asyncio.sleep(AWAY_SECONDS)  # the fault is the time itself
        finally:
            self.redis.process.send_signal(signal.SIGCONT)
        await self._end()

    async def test_f8_slow(self):
        """Each command waits for a second: that is slow, and no failure."""
        await self.begin()
        losses = self._errors()
        for _ in range(8):
            self._ask("client", "pause", 1000, "all")
            await self.traffic.count(100)
        self.assertEqual(losses, self._errors())
        await self._end()

    async def test_f9_a_replica_of_nobody(self):
        await self.begin()
        self._ask("replicaof", "10.77.0.250", REDIS_PORT)
        self._ask("client", "kill", "type", "normal")  # a new connection asks for the ROLE
        await self._down()
        await self.traffic.count(300)
        self._ask("replicaof", "no", "one")
        await self._end()

    async def test_f9_without_the_replicas_that_it_needs(self):
        await self._refuses("min-replicas-to-write", 1, 0)

    async def test_f9_out_of_memory(self):
        await self._refuses("maxmemory", 1, 0)

    async def _refuses(self, name, bad, good):
        """It is there, and takes no writes."""
        await self.begin()
        self._ask("config", "set", name, bad)
        await self.traffic.count(600)
        self._ask("config", "set", name, good)
        await self._end()

    async def _kill(self):
        self.redis.process.kill()
        self.redis.process.wait()
        await self._down()
        await self.traffic.count(200)

    async def _down(self, reason=None):
        for router in self.of("router"):
            await self.until(lambda: self.value(router, "dragoman_store_up") == 0, f"{router.name} did not notice",
                             NOTICED_SECONDS)
            if reason:
                self.assertTrue(self.value(router, "dragoman_redis_errors_total", to="server", reason=reason),
                                router.metrics())

    async def _up(self):
        for router in self.of("router"):
            await self.until(lambda: self.value(router, "dragoman_store_up") == 1,
                             lambda: f"{router.name} does not find it" + router.running.tail(), BACK_SECONDS)

    async def _end(self, **words):
        await self._up()
        await self.end(lossless=True, smooth=False, **words)

    def _errors(self):
        return {router.name: {labels: value for (name, labels), value in router.metrics().items()
                              if name == "dragoman_redis_errors_total"} for router in self.of("router")}

    def _ask(self, *words):
        return redis_servers.ask(REDIS_PORT, *words, host=namespaces.HUB)


class Several(fault.Fault):
    """Servers of which one takes the place of another. `kind`: of redis_servers.py."""

    async def start_redis(self):
        self.group = await self.kind(namespaces.HUB).start(self.folder)
        self.others += self.group.running
        return self.group.configuration()

    async def fail_over(self, how):
        """Until each router has followed; replication is asynchronous, and not all hear of the new master at once."""
        begun = time.time()
        how()
        for router in self.of("router"):
            await self.until(lambda: router.logged("redis master changed"), f"{router.name} does not follow")
            await self.until(lambda: self.value(router, "dragoman_store_up") == 1, f"{router.name} does not find it")
        self.traffic.presence.doubt(begun)


class Sentinels(Several):
    """A master, its replica and three sentinels."""
    kind = redis_servers.Group

    async def test_f9_the_master_dies(self):
        await self._fail_over(self.group.running[0].process.kill)

    async def test_f9_the_master_is_stopped_and_wakes(self):
        """It is a master still in its own eyes, until the sentinels tell it."""
        master = self.group.running[0].process
        await self._fail_over(lambda: master.send_signal(signal.SIGSTOP))
        master.send_signal(signal.SIGCONT)
        await self.until(lambda: "slave" in self.group.ask(self.group.master, "role"), "it is a master still")

    async def test_f9_an_operator_fails_over(self):
        await self._fail_over(lambda: self.group.ask(self.group.sentinels[0], "sentinel", "failover", self.group.name))

    async def _fail_over(self, how):
        await self.begin()
        await self.fail_over(how)
        self.assertIn("master", self.group.ask(self.group.replica, "role"))
        await self.end(saves_lost=True, lossless=True, smooth=False)


class Shards(Several):
    """A Cluster of three masters with a replica each."""
    kind = redis_servers.Cluster

    async def test_f9_a_shard_loses_its_master(self):
        await self.begin()
        await self.fail_over(self.group.running[0].process.kill)
        await self.end(saves_lost=True, lossless=True, smooth=False)


if __name__ == "__main__":
    fault.main()
