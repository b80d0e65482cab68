"""The units: systemd takes them, they fit the programs, and the gateway works within the system calls that they leave."""

import os
import pathlib
import platform
import re
import sys
import tempfile
import unittest

import constants
import tools
import verdict

sys.path.insert(0, str(tools.ROOT / "demo"))
sys.path.insert(0, str(tools.ROOT / "tests" / "interop"))
import gateway  # noqa: E402  (found through the paths above)
import scenario  # noqa: E402
from world import JULIET, ROMEO  # noqa: E402
from xmpp_user import text_from  # noqa: E402

FOLDER = tools.ROOT / "deploy" / "systemd"
UNITS = sorted([*FOLDER.glob("*.service"), *FOLDER.glob("*.target")])
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
CONFINED = pathlib.Path(__file__).parent / "confined.py"
EXPOSURE_MAX = 1.5  # of 10, as systemd-analyze reckons
COMMAND = "/usr/bin/dragoman"


def value(unit, key):
    """Of the one line `key`=."""
    [found] = re.findall(rf"^{key}=(.*)$", unit.read_text(), re.M)
    return found


class Units(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_are_what_systemd_takes(self):
        for unit in UNITS:  # the command's place on this machine
            (self.folder / unit.name).write_text(unit.read_text().replace(COMMAND, str(tools.PROGRAMS / "dragoman")))
        done = tools.run([tools.need("systemd-analyze"), "verify", "--man=no", *sorted(self.folder.iterdir())])
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        (self.folder / "wrong.service").write_text("[Service]\nExecStart=/bin/true\nProtectSistem=strict\n")
        done = tools.run(["systemd-analyze", "verify", "--man=no", self.folder / "wrong.service"])
        self.assertIn("ProtectSistem", done.stderr)

    def test_expose_little(self):
        for unit in SERVICES:
            done = tools.run([tools.need("systemd-analyze"), "security", "--offline=true", f"--threshold={int(EXPOSURE_MAX * 10)}", unit])
            self.assertEqual(0, done.returncode, done.stdout)

    def test_call_programs_as_they_want_to_be_called(self):
        """A missing configuration is the only complaint, and its status is the one that is not tried again."""
        for unit in SERVICES:
            with self.subTest(unit.name):
                command, *words = value(unit, "ExecStart").replace("%i", "0").split()
                self.assertEqual(COMMAND, command)
                words = [str(self.folder / "no.yaml") if word == "/etc/dragoman/dragoman.yaml" else word for word in words]
                done = tools.run([tools.PROGRAMS / "dragoman", *words])
                self.assertEqual((int(value(unit, "RestartPreventExitStatus")), f"{self.folder}/no.yaml: cannot be read\n"),
                                 (done.returncode, done.stderr))

    def test_there_is_one_for_the_machine_and_one_for_each_role(self):
        self.assertEqual({"dragoman.service", "dragoman.target"} | {f"dragoman-{role}@.service" for role in constants.ROLES},
                         {unit.name for unit in UNITS})

    def test_leave_time_to_stop(self):
        for unit in SERVICES:
            seconds = float(value(unit, "TimeoutStopSec").rstrip("s"))
            whole = unit.name == "dragoman.service"
            self.assertGreater(seconds, 3 * constants.STOP_SECONDS if whole else constants.STOP_SECONDS)
            if whole:
                self.assertEqual("mixed", value(unit, "KillMode"), "its processes are its own to stop, in order")

    def test_never_give_up_but_on_a_wrong_configuration(self):
        """By default five deaths in ten seconds were the last ones; a first start without network can be as many."""
        for unit in SERVICES:
            with self.subTest(unit.name):
                head = unit.read_text().split("[Service]")[0]
                self.assertIn("\nStartLimitIntervalSec=0\n", head, "systemd knows it in [Unit] alone")
                self.assertEqual("on-failure", value(unit, "Restart"))

    def enabled(self):
        """What begins with the machine: links in the folder that stands for its root."""
        return {str(link.relative_to(self.folder / "etc/systemd/system")) for link in self.folder.rglob("*.wants/*")}

    def test_that_are_enabled_begin_with_the_machine(self):
        place = self.folder / "usr/lib/systemd/system"
        place.mkdir(parents=True)
        (self.folder / "etc/systemd/system").mkdir(parents=True)
        for unit in UNITS:
            (place / unit.name).write_text(unit.read_text())

        def systemctl(verb, *units):
            done = tools.run([tools.need("systemctl"), f"--root={self.folder}", verb, *units])
            self.assertEqual(0, done.returncode, done.stderr)

        systemctl("enable", "dragoman")
        self.assertEqual({"multi-user.target.wants/dragoman.service"}, self.enabled())
        systemctl("disable", "dragoman")
        roles = {f"dragoman-{role}@{n}.service" for role in constants.ROLES for n in (0, 1)}
        systemctl("enable", *roles)
        links = {f"{by}.wants/{role}" for role in roles for by in ("multi-user.target", "dragoman.target")}
        self.assertEqual(links | {"multi-user.target.wants/dragoman.target"}, self.enabled())
        systemctl("disable", "dragoman-router@1")
        left = roles - {"dragoman-router@1.service"}
        self.assertLessEqual({f"multi-user.target.wants/{role}" for role in left}, self.enabled(), "the others go on beginning")

    def test_all_confine_alike(self):
        def confinement(unit):
            return unit.read_text().split("# What it may:")[1].split("[Install]")[0]
        self.assertEqual(1, len(set(map(confinement, SERVICES))))

    def test_user_and_folders_are_made(self):
        (self.folder / "etc").mkdir()
        done = tools.run([tools.need("systemd-sysusers"), f"--root={self.folder}", FOLDER / "sysusers.conf"])
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertRegex((self.folder / "etc/passwd").read_text(), r"(?m)^dragoman:[^:]*:\d+:\d+:[^:]*:/var/lib/dragoman:.*nologin$")
        done = tools.run([tools.need("systemd-tmpfiles"), "--create", f"--root={self.folder}", FOLDER / "tmpfiles.conf"])
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual([0o750, 0o700], [(self.folder / path).stat().st_mode & 0o777 for path in ("etc/dragoman", "run/dragoman")])

    def install(self, component):
        done = tools.run(["cmake", "--install", tools.ROOT / "build" / "release", "--prefix", "/usr", "--component", component],
                         env={**os.environ, "DESTDIR": str(self.folder)})
        self.assertEqual(0, done.returncode, done.stderr)

    def test_name_a_manual_that_is_installed_with_all_that_it_links_to(self):
        self.install("documentation")
        for unit in UNITS:
            page = value(unit, "Documentation").removeprefix("file:///")
            self.assertTrue((self.folder / page).is_file(), f"{unit.name}: {page}")
        pages = sorted((self.folder / "usr/share/doc/dragoman").rglob("*.md"))
        self.assertLessEqual({page.name for page in (tools.ROOT / "docs").glob("*.md")} | {"CHANGELOG.md"}, {page.name for page in pages})
        for page in pages:
            for link in re.findall(r"\]\(([^)#]+)", page.read_text()):
                self.assertTrue("://" in link or (page.parent / link).is_file(), f"{page}: {link}")

    def test_are_installed(self):
        self.install("systemd")
        lib = self.folder / "usr/lib"
        self.assertEqual({f"systemd/system/{unit.name}" for unit in UNITS} | {"sysusers.d/dragoman.conf", "tmpfiles.d/dragoman.conf"},
                         {str(file.relative_to(lib)) for file in lib.rglob("*") if file.is_file()})


@unittest.skipUnless(platform.machine() == "x86_64", "confined.py knows the system calls of x86-64 alone")
class Confined(scenario.Scenario):
    """`dragoman run` with its Redis, under the system calls of dragoman.service."""

    async def start(self):
        tools.need("systemd-analyze")
        unit = str(FOLDER / "dragoman.service")
        launch = gateway.Gateway

        def confined(name, command, folder):
            return launch(name, ["/usr/bin/python3", "-B", CONFINED, unit, *command], folder)

        gateway.Gateway = confined
        self.addCleanup(setattr, gateway, "Gateway", launch)
        await super().start()

    async def test_carries_messages_and_presence(self):
        romeo, juliet = await self.place.romeo(), await self.place.juliet()
        self.assert_answer(await romeo.say(JULIET, "Wherefore"), 200)
        await juliet.inbox.take(text_from(ROMEO, "Wherefore"))
        await self.befriend(romeo, juliet)
        running = gateway.processes(self.place.gateway.process.pid)
        self.assertEqual({*constants.ROLES, "redis-server"}, set(running))
        for pid in [self.place.gateway.process.pid, *(pid for pids in running.values() for pid in pids)]:
            said = pathlib.Path(f"/proc/{pid}/status").read_text()
            self.assertRegex(said, r"(?m)^NoNewPrivs:\t1$")
            self.assertRegex(said, r"(?m)^Seccomp:\t2$")

    async def test_a_call_that_the_unit_forbids_fails(self):
        done = tools.run(["/usr/bin/python3", "-B", CONFINED, FOLDER / "dragoman.service", "/usr/bin/unshare", "--mount", "true"])
        self.assertIn("Operation not permitted", done.stderr)


if __name__ == "__main__":
    verdict.main()
