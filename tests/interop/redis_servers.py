"""Redis servers of a test's own, on free ports: one, a Sentinel group, a Cluster. Each is a server.Server, stopped by its
process id. They are on this machine: for others too if told by which address."""

import asyncio
import subprocess

import scenario  # noqa: F401  (finds the demonstration's modules)
import ports
import server

SECONDS = 30
SLOTS = 16384
HERE = "127.0.0.1"


def ask(port, *words, user=None, password=None, host=HERE):
    """What a server or sentinel answers, as redis-cli prints it."""
    login = ["--user", user, "--pass", password, "--no-auth-warning"] if password else []
    done = subprocess.run(["redis-cli", "-h", host, "-p", str(port), *login, *map(str, words)],
                          capture_output=True, text=True, timeout=SECONDS)
    return done.stdout.strip()


async def until(port, part, *words, host=HERE):
    """Waits for `part` in the answer."""
    deadline = asyncio.get_running_loop().time() + SECONDS
    while part not in (said := await asyncio.to_thread(ask, port, *words, host=host)):
        if asyncio.get_running_loop().time() > deadline:
            raise server.ServerFailed(f"redis on {port}: no {part!r} in {said!r}")
        await asyncio.sleep(0.02)


async def start_server(folder, *words, host=HERE):
    """(running server, port)"""
    port = ports.free_port()
    own = folder / f"redis-{port}"
    own.mkdir()
    command = ["redis-server", "--port", port, "--bind", *{HERE, host}, "--protected-mode", "no", "--save", "",
               "--dir", own, "--appendonly", "yes", "--repl-diskless-sync-delay", "0", *words]
    return await server.Server(f"redis-{port}", command, folder).ready(port), port


class Group:
    """A master, its replica and three sentinels that give it up after half a second."""
    name = "records"

    def __init__(self, host=HERE):
        self.host = host

    async def start(self, folder):
        self.running = []  # the master is the first
        first, self.master = await start_server(folder, host=self.host)
        second, self.replica = await start_server(folder, "--replicaof", f"{self.host} {self.master}", host=self.host)
        self.running += [first, second]
        await until(self.replica, "master_link_status:up", "info", "replication")
        self.sentinels = []
        for _ in range(3):
            port = ports.free_port()
            config = folder / f"sentinel-{port}.conf"
            config.write_text(f"port {port}\nbind {' '.join({HERE, self.host})}\nprotected-mode no\ndir {folder}\n"
                              f"sentinel monitor {self.name} {self.host} {self.master} 2\n"
                              f"sentinel down-after-milliseconds {self.name} 500\n"
                              f"sentinel failover-timeout {self.name} 5000\n")
            self.running.append(await server.Server(f"sentinel-{port}", ["redis-sentinel", config], folder).ready(port))
            self.sentinels.append(port)
        for port in self.sentinels:
            await until(port, "num-slaves\n1\n", "sentinel", "master", self.name)
            await until(port, "num-other-sentinels\n2\n", "sentinel", "master", self.name)
        return self

    def ask(self, port, *words):
        return ask(port, *words, host=self.host)

    def configuration(self):
        places = ", ".join(f'"{self.host}:{port}"' for port in self.sentinels)
        return f"redis: {{sentinels: [{places}], master: {self.name}}}\n"


class Cluster:
    """Three masters, then a replica of each; a node is given up after a second."""

    def __init__(self, host=HERE):
        self.host = host

    async def start(self, folder):
        self.ports, self.running = [], []
        bus = []
        for _ in range(6):
            bus.append(ports.free_port())
            running, port = await start_server(
                folder, "--cluster-enabled", "yes", "--cluster-port", bus[-1], "--cluster-node-timeout", "1000",
                "--cluster-replica-validity-factor", "0", "--repl-ping-replica-period", "1",
                "--cluster-announce-ip", self.host, host=self.host)
            self.running.append(running)
            self.ports.append(port)
        masters, replicas = self.ports[:3], self.ports[3:]
        for number, port in enumerate(self.ports):
            ask(port, "cluster", "set-config-epoch", number + 1)
        for number, port in enumerate(masters):
            ask(port, "cluster", "addslotsrange", number * SLOTS // 3, (number + 1) * SLOTS // 3 - 1)
        for port, bus_port in list(zip(self.ports, bus))[1:]:
            ask(masters[0], "cluster", "meet", self.host, port, bus_port)
        for port in self.ports:
            await until(port, "cluster_known_nodes:6", "cluster", "info")
        for master, replica in zip(masters, replicas):
            identity = ask(master, "cluster", "myid")
            await until(replica, identity, "cluster", "nodes")
            await until(replica, "OK", "cluster", "replicate", identity)
        for port in replicas:
            await until(port, "master_link_status:up", "info", "replication")
        for port in self.ports:
            await until(port, "cluster_state:ok", "cluster", "info")
            for replica in replicas:  # each knows all, so that each can vote
                await until(port, f"\n{replica}\n", "cluster", "slots")
        return self

    def configuration(self):
        places = ", ".join(f'"{self.host}:{port}"' for port in self.ports[:3])
        return f"redis: {{cluster: [{places}]}}\n"

    def holders(self, prefix):
        """Numbers of the masters that hold a key that begins so."""
        return [number for number, port in enumerate(self.ports[:3])
                if any(key.startswith(prefix) for key in ask(port, "keys", "*").splitlines())]
