"""`dragoman check --only redis` beside real Sentinel groups and Clusters: nothing to say when all is well, and what is wrong
by its name."""

import json
import subprocess
import unittest

import scenario  # first: it finds demo/
import gateway
import redis_servers

SECONDS = 20


class Check(scenario.Scenario):
    async def start(self):
        pass

    async def test_a_sentinel_group(self):
        group = await self._started(redis_servers.Group())
        self._is({"redis-sentinel ok": 3, "redis-quorum ok": 3, "redis-connect ok": 1, "redis-acl ok": 1,
                  "redis-version ok": 1, "redis-eviction ok": 1, "redis-persistence ok": 1, "redis-replicas info": 1})
        redis_servers.ask(group.master, "config", "set", "min-replicas-to-write", 1)
        self._has("redis-replicas ok")
        gateway.kill(group.running[1].process.pid)
        await redis_servers.until(group.master, "connected_slaves:0", "info", "replication")
        self._has("redis-replicas warning")
        for running in group.running[3:]:
            gateway.kill(running.process.pid)
        await redis_servers.until(group.sentinels[0], "NOQUORUM", "sentinel", "ckquorum", group.name)
        self._has("redis-sentinel warning", 2)
        self._has("redis-quorum error")
        self._configure(group.configuration().replace(group.name, "others"))
        self._has("redis-sentinel error")

    async def test_a_cluster(self):
        cluster = await self._started(redis_servers.Cluster())
        self._is({"redis-node ok": 3, "redis-slots ok": 1, "redis-connect ok": 3, "redis-acl ok": 3,
                  "redis-version ok": 3, "redis-eviction ok": 3, "redis-persistence ok": 3, "redis-replicas info": 3})
        redis_servers.ask(cluster.ports[1], "acl", "setuser", "default", "-zscan")
        self._has("redis-acl error")
        redis_servers.ask(cluster.ports[1], "acl", "setuser", "default", "+zscan")
        for port in cluster.ports[:3]:
            redis_servers.ask(port, "cluster", "delslots", 7)
        self.assertIn("1 of 16384", self._has("redis-slots error")["found"])
        gateway.kill(cluster.running[0].process.pid)
        self._has("redis-node warning")
        for running in cluster.running[1:]:
            gateway.kill(running.process.pid)
        self._has("redis-slots error")

    async def _started(self, servers):
        await servers.start(self.place.folder)
        self.place.servers += servers.running
        self._configure(servers.configuration())
        return servers

    def _configure(self, redis):
        self.config = self.place.configure_gateway(more=redis)

    def _findings(self):
        done = subprocess.run([gateway.PROGRAM, "check", "--only", "redis", "--json", "--config", self.config,
                               "--state", self.place.folder], capture_output=True, text=True, timeout=SECONDS)
        return json.loads(done.stdout)["findings"]

    def _is(self, expected):
        counted = {}
        for finding in self._findings():
            name = f"{finding['name']} {finding['severity']}"
            counted[name] = counted.get(name, 0) + 1
        self.assertEqual(expected, counted)

    def _has(self, name, times=1):
        """The (last) finding of this name and severity."""
        findings = self._findings()
        found = [f for f in findings if f"{f['name']} {f['severity']}" == name]
        self.assertEqual(times, len(found), findings)
        return found[-1]


if __name__ == "__main__":
    unittest.main()
