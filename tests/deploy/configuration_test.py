"""The configuration of each overlay, read by the real programs from exactly the files that each pod has."""

import json
import pathlib
import shutil
import tempfile
import unittest

import yaml

import manifests
import tools
import verdict
import volumes


class Configuration(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def belongings(self, overlay):
        return volumes.Belongings(self.folder / overlay.replace("/", "-"), overlay)

    def read(self, role, folder):
        """What a role says of the configuration: it is given an admin address that cannot be, so that it goes no
        further than to open its sockets, in a network of its own."""
        return tools.run(["unshare", "--user", "--map-root-user", "--net", tools.PROGRAMS / role, "--config",
                          folder / "dragoman.yaml", "--state", self.folder, "--admin", "nowhere:1"])

    def test_is_taken_by_each_role_from_its_own_files(self):
        for overlay in manifests.OVERLAYS:
            has = self.belongings(overlay)
            for role in manifests.ROLES:
                with self.subTest(overlay=overlay, role=role):
                    done = self.read(role, has.fill(self.folder / f"{overlay.replace('/', '-')}-{role}", role))
                    self.assertEqual(1, done.returncode, done.stderr)
                    self.assertRegex(done.stderr, r"\Aadmin: [^\n]*nowhere:1[^\n]*\n\Z")

    def test_names_no_file_in_vain_and_no_pod_has_another(self):
        """Without any one of its files a role does not start."""
        for overlay in manifests.OVERLAYS:
            has = self.belongings(overlay)
            for role in manifests.ROLES:
                folder = has.fill(self.folder / f"{overlay.replace('/', '-')}-{role}", role)
                for name, content in has.files(role).items():
                    with self.subTest(overlay=overlay, role=role, without=name):
                        (folder / name).unlink()
                        done = self.read(role, folder)
                        self.assertEqual(2, done.returncode, done.stderr)
                        self.assertIn("dragoman.yaml", done.stderr)
                        (folder / name).write_text(content)
                        (folder / name).chmod(volumes.MODE)

    def test_may_name_another_dialback_secret_while_it_changes(self):
        for overlay in manifests.OVERLAYS:
            has = self.belongings(overlay)
            said = yaml.safe_load(has.has["ConfigMap", "dragoman"]["dragoman.yaml"])
            said["xmpp"]["previous_dialback_secret"] = "previous-dialback.secret"
            has.has["ConfigMap", "dragoman"] = {"dragoman.yaml": yaml.safe_dump(said)}
            for role, without in [("router", 1), ("sip-frontend", 2), ("xmpp-frontend", 2)]:
                with self.subTest(overlay=overlay, role=role):
                    folder = self.folder / f"{overlay.replace('/', '-')}-{role}"
                    has.has["Secret", "dragoman-dialback"].pop("previous", None)
                    self.assertEqual(without, self.read(role, has.fill(folder, role)).returncode, "the key has to be there first")
                    shutil.rmtree(folder)
                    has.has["Secret", "dragoman-dialback"]["previous"] = "another secret, as long as it has to be\n"
                    self.assertEqual(1, self.read(role, has.fill(folder, role)).returncode)

    def test_passes_the_check(self):
        for overlay in manifests.OVERLAYS:
            has = self.belongings(overlay)
            folder = self.folder / "all"
            folder.mkdir(exist_ok=True)
            for role in manifests.ROLES:
                for name, content in has.files(role).items():
                    (folder / name).unlink(missing_ok=True)
                    (folder / name).write_text(content)
                    (folder / name).chmod(volumes.MODE)
            done = tools.run([tools.PROGRAMS / "dragoman", "check", "--config", folder / "dragoman.yaml", "--json",
                              "--only", "configuration,certificates,dialback"])
            found = json.loads(done.stdout)["findings"]
            worse = [(it["area"], it["name"]) for it in found if it["severity"] not in ("ok", "info")]
            self.assertEqual([("certificates", "xmpp-chain")], worse, "a throw-away root is none that the public trusts")

    def test_each_role_is_checked_from_its_own_files(self):
        """As in its pod; nobody is there to be called."""
        areas = {"router": {"configuration", "redis"},
                 "sip-frontend": {"configuration", "certificates", "dns", "edges", "ports", "dialback"},
                 "xmpp-frontend": {"configuration", "certificates", "dns", "partners", "ports", "dialback"}}
        has = self.belongings("overlays/production")
        for role in manifests.ROLES:
            folder = has.fill(self.folder / role, role)
            words = [tools.PROGRAMS / "dragoman", "check", "--role", role, "--config", folder / "dragoman.yaml", "--json"]
            done = tools.run(["unshare", "--user", "--map-root-user", "--net", *words])
            found = json.loads(done.stdout)["findings"]
            self.assertEqual(areas[role], {it["area"] for it in found} | ({"partners"} & areas[role]), role)
            files = [it for it in found if it["area"] in ("configuration", "certificates") and it["severity"] == "error"]
            self.assertEqual([], files, role)
            all_roles = json.loads(tools.run([word for word in words if word not in ("--role", role)]).stdout)
            self.assertEqual({("configuration", "error")}, {(it["area"], it["severity"]) for it in all_roles["findings"]}
                             - {("configuration", "info"), ("dialback", "error")}, "a role has the files of another")

    def test_a_wrong_key_is_not_taken(self):
        has = self.belongings(manifests.OVERLAYS[0])
        for role in manifests.ROLES:
            folder = has.fill(self.folder / role, role)
            said = yaml.safe_load((folder / "dragoman.yaml").read_text())
            said["router"]["conect"] = said["router"].pop("connect")
            (folder / "dragoman.yaml").unlink()
            (folder / "dragoman.yaml").write_text(yaml.safe_dump(said))
            done = self.read(role, folder)
            self.assertEqual(2, done.returncode, done.stderr)
            self.assertIn("router.conect: unknown key; did you mean connect?", done.stderr)


if __name__ == "__main__":
    verdict.main()
