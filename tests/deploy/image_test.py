"""The image: built by the Dockerfile, small, without rights, and each role works in it with its pod's own files."""

import json
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import unittest

import constants
import containers
import manifests
import metrics
import tools
import verdict
import volumes

OVERLAY = "overlays/single-node"
HARDENED = ["--read-only", "--read-only-tmpfs=false", "--cap-drop", "all", "--security-opt", "no-new-privileges"]
LIMIT_SECONDS = 60
# Names as a cluster has them: ours are short, and found by the search list. The options are the pods' own.
SERVICES = "dragoman.svc.cluster.local"
RESOLVER = f"nameserver 127.0.0.1\nsearch {SERVICES} svc.cluster.local cluster.local\noptions "
ADMIN_PORTS = dict(zip(manifests.ROLES, (9090, 9091, 9092)))  # the containers share one network here
GAUGES = {"router": "dragoman_open_requests", "sip-frontend": "dragoman_sip_in_flight",
          "xmpp-frontend": "dragoman_open_requests"}

GET = """\
import sys, urllib.request, urllib.error
try:
    answer = urllib.request.urlopen(sys.argv[1], timeout=5)
except urllib.error.HTTPError as error:
    answer = error
except OSError as error:
    sys.exit(str(error))
print(answer.status)
print(answer.read().decode(), end="")
"""


def setUpModule():
    global podman
    folder, remove = containers.place()
    unittest.addModuleCleanup(remove)
    podman = containers.Engine(folder)
    unittest.addModuleCleanup(podman.stop)
    podman.import_base()
    podman.build()


def packages(image):
    words = ["run", "--rm", "--network", "none", "--entrypoint", "/usr/bin/dpkg-query", image, "-W", "-f", "${Package}\n"]
    return set(podman(*words).stdout.split())


class Contents(unittest.TestCase):
    maxDiff = None

    def run_in(self, *words, entrypoint="/usr/bin/dragoman"):
        return podman("run", "--rm", "--network", "none", *HARDENED, "--entrypoint", entrypoint, containers.IMAGE, *words)

    def test_are_the_packages_that_the_manual_lists(self):
        added = packages(containers.IMAGE) - packages(containers.BASE)
        size = {image: int(podman("image", "inspect", "--format", "{{.Size}}", image).stdout) for image in
                (containers.BASE, containers.IMAGE)}
        print(f"\n{size[containers.IMAGE] / 1e6:.0f} MB, {size[containers.BASE] / 1e6:.0f} MB of them Debian; added: "
              + " ".join(sorted(added)))
        manual = (tools.ROOT / "deploy/README.md").read_text()
        listed = re.search(r"<!-- packages -->\n((?:.+\n)+)", manual).group(1)
        self.assertEqual(sorted(added), sorted(re.findall(r"`([^`]+)`", listed)))
        self.assertLess(size[containers.IMAGE], 250e6)

    def test_say_what_they_are(self):
        [image] = json.loads(podman("image", "inspect", containers.IMAGE).stdout)
        self.assertEqual("65532:65532", image["Config"]["User"])
        self.assertEqual(["/usr/bin/dragoman"], image["Config"]["Entrypoint"])
        labels = {name.removeprefix("org.opencontainers.image."): value for name, value in image["Config"]["Labels"].items()}
        self.assertEqual((constants.VERSION, "Dragoman", "Apache-2.0"),
                         (labels["version"], labels["title"], labels["licenses"]))

    def test_give_nobody_rights(self):
        done = self.run_in("/", "-xdev", "-type", "f", "-perm", "/6000", entrypoint="/usr/bin/find")
        self.assertEqual("", done.stdout)
        done = self.run_in("/", "-xdev", "-writable", "-not", "-type", "l", "-not", "-path", "/proc/*", "-not", "-path", "/dev/*",
                           entrypoint="/usr/bin/find")
        self.assertLessEqual(set(done.stdout.split()), {"/tmp", "/var/tmp", "/run/lock"}, "what everybody may write anywhere")

    def test_hold_no_source_and_no_compiler(self):
        for path in ("/src", "/programs", "/script", "/usr/bin/c++", "/usr/bin/cmake", "/var/lib/apt/lists/lock"):
            self.assertEqual(1, self.run_in("-e", path, entrypoint="/usr/bin/test").returncode, path)

    def test_answer_with_the_version(self):
        done = self.run_in("version")
        self.assertEqual((0, f"dragoman {constants.VERSION}\n", ""), (done.returncode, done.stdout, done.stderr))

    def test_refuse_a_wrong_configuration_in_each_role(self):
        for role in manifests.ROLES:
            done = self.run_in(role, "--config", "/etc/dragoman/dragoman.yaml")
            self.assertEqual((2, "/etc/dragoman/dragoman.yaml: cannot be read\n"), (done.returncode, done.stderr))


class Roles(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="dragoman-image-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.folder.chmod(0o755)
        self.has = volumes.Belongings(self.folder / "keys", OVERLAY)

    def start(self, role, *network):
        """The role's container, with the arguments and files of its pod; an admin port of its own."""
        words = self.has.arguments(role)
        at = words.index("--admin") + 1
        words[at] = words[at].rsplit(":", 1)[0] + f":{ADMIN_PORTS[role]}"
        files = self.has.fill(self.folder / role, role, owner=65532)
        resolver = self.folder / f"{role}.resolv.conf"
        resolver.write_text(RESOLVER + " ".join(f"{it['name']}:{it['value']}" for it in self.has.name_options(role)) + "\n")
        return podman.start(role, *network, *HARDENED, "-v", f"{files}:/etc/dragoman:ro", "-v",
                            f"{resolver}:/etc/resolv.conf:ro", containers.IMAGE, *words)

    def start_beside(self, network_of, program, *words):
        """A program of this machine in the network of the process `network_of`."""
        running = subprocess.Popen(["nsenter", "-t", str(network_of), "-n", tools.need(program), *words],
                                   stdout=subprocess.DEVNULL)
        self.addCleanup(running.wait)
        self.addCleanup(running.terminate)

    def start_names(self, network_of):
        """What the cluster's name server says of our Services."""
        names = [f"--address=/{name}.{SERVICES}/127.0.0.1" for name in ("dragoman-router", "dragoman-redis")]
        self.start_beside(network_of, "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--pid-file", "--no-resolv",
                          "--no-hosts", "--user=root", "--listen-address=127.0.0.1", "--bind-interfaces", *names)

    def start_redis(self, network_of):
        """The server of the StatefulSet, as far as this machine's own program can stand in for it."""
        objects = manifests.by_name(manifests.compose(OVERLAY))
        [container] = manifests.containers(objects["StatefulSet", "dragoman-redis"])
        users = self.folder / "users.acl"
        users.write_text(self.has.has["Secret", "dragoman-redis"]["users.acl"])
        places = {"/data": str(self.folder), "/etc/redis/users.acl": str(users)}
        words = [places.get(word, word) for word in container["args"]]
        self.start_beside(network_of, "redis-server", *words)

    def get(self, path, role):
        """(status, body) of an admin page, asked for on loopback inside; (0, why) if nobody answers."""
        done = tools.run(["nsenter", "-t", self.pids["router"], "-n", "/usr/bin/python3", "-c", GET,
                          f"http://127.0.0.1:{ADMIN_PORTS[role]}{path}"])
        if done.returncode:
            return 0, done.stderr
        status, body = done.stdout.split("\n", 1)
        return int(status), body

    def until(self, holds, what):
        deadline = time.monotonic() + LIMIT_SECONDS
        while not holds():
            self.assertLess(time.monotonic(), deadline, what() + "".join(podman("logs", role).stdout for role in self.pids))

    def test_find_one_another_become_ready_and_end_in_order(self):
        self.pids = {"router": self.start("router", "--network", "none")}
        self.start_names(self.pids["router"])
        self.start_redis(self.pids["router"])
        for role in ("sip-frontend", "xmpp-frontend"):
            self.pids[role] = self.start(role, "--network", "container:router")
        for role in self.pids:
            self.until(lambda: self.get("/readyz", role)[0] == 200, lambda: f"{role} is not ready\n")
            self.assertEqual(200, self.get("/livez", role)[0])
        self.until(lambda: "\ndragoman_store_up 1\n" in self.get("/metrics", "router")[1], lambda: "no Redis\n")

        for role, pid in self.pids.items():
            with self.subTest(role):
                said = dict(line.split(":\t", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines())
                self.assertEqual(role[:15], said["Name"])
                self.assertEqual(["65532"] * 4, said["Uid"].split())
                self.assertEqual({0}, {int(said[f"Cap{name}"], 16) for name in ("Eff", "Prm", "Inh", "Bnd", "Amb")})
                self.assertEqual(("1", "2"), (said["NoNewPrivs"], said["Seccomp"]))
                mapped = pathlib.Path(f"/proc/{pid}/maps").read_text()
                self.assertIn("/android/libssl.so.0", mapped)
                self.assertNotIn("libssl.so.3", mapped)
                exposed = set(re.findall(r"^(dragoman_\w+)", self.get("/metrics", role)[1], re.M))
                self.assertIn(GAUGES[role], exposed)
                self.assertLessEqual(exposed, metrics.exported().keys())

        for role in reversed(list(self.pids)):
            began = time.monotonic()
            podman("kill", "--signal", str(signal.SIGTERM.value), role)
            self.assertEqual("0", podman("wait", role).stdout.strip(), podman("logs", role).stdout)
            self.assertLess(time.monotonic() - began, constants.DRAIN_SECONDS + 5)
            logged = podman("logs", role).stdout
            self.assertIn('"draining"', logged)


if __name__ == "__main__":
    verdict.main()
