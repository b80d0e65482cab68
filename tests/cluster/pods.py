"""The production overlay's own configuration on one machine: each process has the arguments of its container, finds at
/etc/dragoman exactly the files of its volume, resolves names as a kubelet lets it, and is the user that the manifest says.
"""

import asyncio
import pathlib
import sys

import cluster
import gateway
import namespaces
import redis_servers
import server

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "deploy"))
import manifests  # noqa: E402  (found through the path above)
import volumes  # noqa: E402

OVERLAY = "overlays/production"
SERVICES = "svc.cluster.local"
SEARCHED = f"dragoman.{SERVICES} {SERVICES} cluster.local"
REDIS_PORT, SENTINEL_PORT = 6379, 26379
FAILOVER_TIMEOUT, FAIL_OVER_TRIES = 5, 6
MASTER, REPLICA = 31, 32  # as hub addresses; the sentinels follow
# Its own /etc over the machine's, then the container's command.
ENTER = 'mount -t overlay overlay -o lowerdir="$0":/etc /etc && exec "$@"'


class Pod(cluster.Node):
    """`belongings`: what the installation brings (tests/deploy/volumes.py)."""

    def __init__(self, role, folder, belongings):
        super().__init__(role, folder)
        self._belongings = belongings
        self._user = belongings.pod(role)["securityContext"]
        self._etc = folder / self.name / "etc"
        roots = self._etc / "ssl" / "certs"
        roots.mkdir(parents=True)
        (roots / "ca-certificates.crt").write_bytes(belongings.authority.certificate.read_bytes())
        belongings.fill(self._etc / "dragoman", role, owner=self._user["fsGroup"])
        (self._etc / "resolv.conf").write_text(
            f"nameserver {namespaces.HUB}\nsearch {SEARCHED}\noptions {self._options(role)}\n")

    def _options(self, role):
        said = self._belongings.pod(role).get("dnsConfig", {}).get("options", [{"name": "ndots", "value": "5"}])
        return " ".join(f"{option['name']}:{option['value']}" for option in said)

    def start(self, *before):
        self.starts += 1
        user, group = self._user["runAsUser"], self._user["runAsGroup"]
        self.running = server.Server(self.name, [
            *self.machine.within(), "unshare", "--mount", "sh", "-c", ENTER, self._etc, *before, "setpriv", "--reuid", user,
            "--regid", group, "--groups", self._user["fsGroup"], "--no-new-privs", "--inh-caps=-all",
            "--bounding-set=-all", gateway.PROGRAM, *self._belongings.arguments(self.role)], self.folder)
        return self


class Records:
    """A master and its replica with a password, and three Sentinels, each at an address of its own."""

    def __init__(self, said, password, folder):
        self._name, self._password, self._folder = said["master"], password, folder
        self.names = [place.rsplit(":", 1)[0] for place in said["sentinels"]]
        self.running = []

    async def start(self):
        master, replica = (namespaces.hub_address(number) for number in (MASTER, REPLICA))
        self._server(master)
        self._server(replica, "--replicaof", f"{master} {REDIS_PORT}")
        self.addresses = {}
        for number, name in enumerate(self.names):
            address = self.addresses[name] = namespaces.hub_address(REPLICA + 1 + number)
            config = self._folder / f"{name}.conf"
            config.write_text(
                f"port {SENTINEL_PORT}\nbind {address}\nsentinel announce-ip {address}\nprotected-mode no\n"
                f"dir {self._folder}\n"
                f"sentinel monitor {self._name} {master} {REDIS_PORT} 2\n"
                f"sentinel auth-pass {self._name} {self._password}\n"
                f"sentinel down-after-milliseconds {self._name} 500\nsentinel failover-timeout {self._name} {FAILOVER_TIMEOUT * 1000}\n")
            self.running.append(server.Server(name, ["redis-sentinel", config], self._folder))
        for address in self.addresses.values():
            for part in ("num-slaves\n1\n", "num-other-sentinels\n2\n"):
                await redis_servers.until(SENTINEL_PORT, part, "sentinel", "master", self._name, host=address)
        return self

    def _server(self, address, *words):
        folder = self._folder / f"redis-{address}"
        folder.mkdir()
        self.running.append(server.Server(f"redis-{address}", [
            "redis-server", "--port", REDIS_PORT, "--bind", address, "--save", "", "--appendonly", "yes", "--dir", folder,
            "--requirepass", self._password, "--masterauth", self._password, "--replica-announce-ip", address,
            "--repl-diskless-sync-delay", "0", *words],
            self._folder))

    async def fail_over(self):
        """Until a Sentinel names the other server: one that runs out of time gives up, and has to be told again."""
        sentinel = next(iter(self.addresses.values()))
        listening = await asyncio.create_subprocess_exec(
            "redis-cli", "-h", sentinel, "-p", str(SENTINEL_PORT), "subscribe", "+switch-master",
            stdout=asyncio.subprocess.PIPE)
        try:
            await self._line(listening, "1")  # it listens
            asked = []
            while len(asked) < FAIL_OVER_TRIES:
                asked.append(await asyncio.to_thread(
                    redis_servers.ask, SENTINEL_PORT, "sentinel", "failover", self._name, host=sentinel))
                if await self._line(listening, f"{self._name} "):
                    return
            raise server.ServerFailed(f"no failover, {asked}\n" + "\n".join(one.tail() for one in self.running))
        finally:
            listening.kill()
            await listening.wait()

    @staticmethod
    async def _line(process, beginning):
        """Whether it writes a line that begins so before a failover's time is over twice."""
        try:
            async with asyncio.timeout(2 * FAILOVER_TIMEOUT):
                while line := await process.stdout.readline():
                    if line.startswith(beginning.encode()):
                        return True
        except TimeoutError:
            pass
        return False
