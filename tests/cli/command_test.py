"""The command as an operator types it: what it refuses, with which words and which status."""

import json
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(sys.argv.pop())
PROGRAMS = [[PROGRAM, "run"]] + [[PROGRAM.parent / name] for name in ("router", "sip-frontend", "xmpp-frontend")]

GOOD = """\
sip:
  domains: [contoso.com]
  fqdn: xmppgw.contoso.com
  listen: ["127.0.0.1:{port}"]
  tls: {{certificate: sip.crt, key: sip.key, trust: system}}
xmpp:
  tls: {{certificate: xmpp.crt, key: xmpp.key, trust: system}}
  dialback_secret: dialback.secret
partners:
  - domain: jabber.example.com
"""

# The keys whose files one program alone opens; the command looks at all of them.
OPENED_BY = {"sip.tls": "sip-frontend", "xmpp.dialback_secret": "xmpp-frontend"}

# what to replace, by what; line, key and words that must be said
BAD = [
    ("  fqdn:", "  fqdm:", 3, "sip.fqdm", "did you mean fqdn?"),
    ("[contoso.com]", "contoso.com", 2, "sip.domains", "expected a list"),
    ("  fqdn: xmppgw.contoso.com\n", "", 2, "sip.fqdn", "required"),
    ("sip.crt", "nowhere.crt", 5, "sip.tls.certificate", "cannot read"),
    ("jabber.example.com", "contoso.com", 10, "partners[0].domain", "on one side"),
    ("jabber.example.com", "a.example\n    tls: disabled\n    sasl: required", 12, "partners[0].sasl", "EXTERNAL"),
    ("jabber.example.com", "a.example\n    server: 'a:b'", 11, "partners[0].server", "host:port"),
    ("dialback.secret", "dialback.secret\nadmin: {listen: \"localhost:9090\"}", 9, "admin.listen", "expected ip:port"),
    ("dialback.secret", "short.secret", 8, "xmpp.dialback_secret", "expected 32"),
    ("dialback.secret", "open.secret", 8, "xmpp.dialback_secret", "everybody may read"),
]


class Command(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.place = pathlib.Path(self.folder.name)
        for name, text, mode in [("sip.crt", "x", 0o644), ("sip.key", "x", 0o600), ("xmpp.crt", "x", 0o644),
                                 ("xmpp.key", "x", 0o600), ("dialback.secret", "k" * 32, 0o600),
                                 ("short.secret", "k" * 31, 0o600), ("open.secret", "k" * 32, 0o644)]:
            (self.place / name).write_text(text)
            (self.place / name).chmod(mode)
        self.config = self.place / "dragoman.yaml"
        # Taken for the whole test: a process that opens sockets before it checks would say so instead.
        self.taken = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.taken.close)
        self.good = GOOD.format(port=self.taken.getsockname()[1])

    def run_with(self, words, text):
        self.config.write_text(text)
        return subprocess.run([*words, "--config", self.config, "--state", self.place / "state"],
                              capture_output=True, text=True, timeout=20)

    def test_refuses_a_wrong_configuration_with_file_line_and_key(self):
        for old, new, line, key, words in BAD:
            for program in PROGRAMS:
                if not program[0].exists() or not self.looks_at(program[0].name, key):
                    continue
                with self.subTest(key=key, words=words, program=program[0].name):
                    self.assertIn(old, self.good)
                    done = self.run_with(program, self.good.replace(old, new))
                    self.assertEqual(2, done.returncode, done.stderr)
                    self.assertIn(f"{self.config}:{line}:", done.stderr)
                    self.assertIn(f" {key}: ", done.stderr)
                    self.assertIn(words, done.stderr)
                    self.assertFalse((self.place / "state").exists())

    def looks_at(self, program, key):
        opened_by = [role for begin, role in OPENED_BY.items() if key.startswith(begin)]
        return program == PROGRAM.name or not opened_by or program in opened_by

    def test_refuses_a_file_that_is_no_certificate(self):
        done = self.run_with([PROGRAM, "run"], self.good)
        self.assertEqual(2, done.returncode, done.stderr)
        self.assertIn("sip.crt", done.stderr)

    def test_explains_each_reason_by_number_and_name(self):
        for word in ("61001", "domain-not-served"):
            done = subprocess.run([PROGRAM, "explain", word], capture_output=True, text=True, timeout=20)
            self.assertEqual(0, done.returncode)
            self.assertIn("61001 domain-not-served: ", done.stdout)
        done = subprocess.run([PROGRAM, "explain", "nonsense"], capture_output=True, text=True, timeout=20)
        self.assertEqual(1, done.returncode)

    def test_offers_only_what_it_has(self):
        done = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, timeout=20)
        self.assertEqual(0, done.returncode)
        for word in ("run", "status", "check", "explain", "map", "translate", "drain", "keys", "version", "router"):
            self.assertIn(f"\n  {word} ", done.stdout)
        self.assertNotIn("trace", done.stdout)

    def test_becomes_the_program_of_a_role_with_all_its_words(self):
        for role in ("router", "sip-frontend", "xmpp-frontend"):
            if not (PROGRAM.parent / role).exists():
                continue
            for words in (["--config", "/nowhere.yaml", "--log", "json"], ["--help", "x"], ["version"], []):
                with self.subTest(role=role, words=words):
                    alone, become = (subprocess.run([*program, *words], capture_output=True, text=True, timeout=20)
                                     for program in ([PROGRAM.parent / role], [PROGRAM, role]))
                    self.assertEqual((2, alone.stdout, alone.stderr), (become.returncode, become.stdout, become.stderr))

    def test_says_which_program_of_a_role_is_missing(self):
        with tempfile.TemporaryDirectory() as place:
            alone = pathlib.Path(place).resolve() / "dragoman"
            alone.symlink_to(PROGRAM.resolve())
            self.assertEqual(2, subprocess.run([alone, "router"], capture_output=True, timeout=20).returncode)
            alone.unlink()
            shutil.copy(PROGRAM, alone)
            done = subprocess.run([alone, "router"], capture_output=True, text=True, timeout=20)
            self.assertEqual((1, f"{alone.parent}/router: No such file or directory\n"), (done.returncode, done.stderr))


class Keys(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.name = pathlib.Path(self.folder.name) / "router"

    def keys(self):
        return subprocess.run([PROGRAM, "keys", self.name], capture_output=True, text=True, timeout=20)

    def test_makes_a_pair_with_the_right_modes(self):
        done = self.keys()
        self.assertEqual((0, f"{self.name}.secret\n{self.name}.public\n"), (done.returncode, done.stdout))
        secret, public = self.name.with_suffix(".secret"), self.name.with_suffix(".public")
        self.assertEqual([0o600, 0o644], [file.stat().st_mode & 0o777 for file in (secret, public)])
        self.assertEqual(40, len(secret.read_text().splitlines()[1]))
        self.assertRegex(public.read_text(), r"\A\S{40} router\n\Z")

    def test_never_writes_over_a_key(self):
        for kept in ("secret", "public"):
            with self.subTest(kept):
                there = self.name.with_suffix(f".{kept}")
                there.write_text("in use")
                done = self.keys()
                self.assertEqual(1, done.returncode)
                self.assertIn("File exists", done.stderr)
                self.assertEqual([there], list(there.parent.iterdir()))
                self.assertEqual("in use", there.read_text())
                there.unlink()


class Map(unittest.TestCase):
    def map(self, *words, lines=""):
        return subprocess.run([PROGRAM, "map", *words], input=lines, capture_output=True, text=True, timeout=20)

    def test_maps_words_and_lines_alike(self):
        line = "romeo@example.net  ->  sip:romeo@example.net\n"
        for words, lines in [(["romeo@example.net"], ""), ([], "\n romeo@example.net \n"), (["-"], "romeo@example.net\n")]:
            done = self.map(*words, lines=lines)
            self.assertEqual((0, line), (done.returncode, done.stdout))

    def test_says_by_its_status_that_one_has_no_form(self):
        done = self.map("--json", "romeo@example.net", "sip:%zz@example.net")
        self.assertEqual(1, done.returncode)
        first, second = map(json.loads, done.stdout.splitlines())
        self.assertEqual({"address": "romeo@example.net", "side": "xmpp", "form": "sip:romeo@example.net"}, first)
        self.assertEqual(("address-malformed", 61017, "400"), (second["reason"], second["code"], second["refused_with"]))


class Translate(unittest.TestCase):
    CHAT = "<message from='romeo@example.net/x' to='juliet@contoso.com' type='chat'><body>Hello</body></message>"

    def translate(self, *words, text=""):
        return subprocess.run([PROGRAM, "translate", "--seed", "1", "--now", "2026-11-24T12:00:00Z", *words],
                              input=text, capture_output=True, text=True, timeout=20)

    def test_prints_what_is_sent_in_order(self):
        done = self.translate("--dialect", "microsoft", text=self.CHAT)
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        sent = re.findall(r"^# to SIP:\n(\w+) ", done.stdout, re.M)
        self.assertEqual(["INVITE", "ACK", "MESSAGE"], sent)
        self.assertEqual(done.stdout, self.translate("--dialect", "microsoft", text=self.CHAT).stdout)

    def test_says_by_its_status_what_became_of_it(self):
        refused = self.translate("--answers", "486", text=self.CHAT)
        self.assertEqual(1, refused.returncode)
        self.assertIn("<recipient-unavailable ", refused.stdout)
        nonsense = self.translate(text="<message")
        self.assertEqual((2, "", "not a whole stanza\n"), (nonsense.returncode, nonsense.stdout, nonsense.stderr))
        self.assertEqual(2, self.translate("--dialect", "french", text=self.CHAT).returncode)
        self.assertEqual(2, self.translate("/nowhere").returncode)
        self.assertEqual(2, self.translate("--config", "/nowhere.yaml", text=self.CHAT).returncode)

    def test_answers_each_line_of_json_by_one(self):
        lines = [{"dialect": "standard", "xmpp": self.CHAT}, {"sip": "MESSAGE\r\n\r\n"}, {"neither": "x"}]
        done = self.translate("--json", text="".join(json.dumps(line) + "\n" for line in lines))
        carried, broken, wrong = map(json.loads, done.stdout.splitlines())
        self.assertEqual(2, done.returncode)
        self.assertEqual(["sip"], [sent["to"] for sent in carried["sent"]])
        self.assertTrue(carried["accepted"])
        self.assertFalse(broken["accepted"])
        self.assertEqual(["error"], list(wrong))

    def test_goes_by_the_configuration_if_it_is_given_one(self):
        with tempfile.TemporaryDirectory() as place:
            place = pathlib.Path(place)
            for name in ("sip.crt", "sip.key", "xmpp.crt", "xmpp.key", "dialback.secret"):
                (place / name).write_text("k" * 32)
                (place / name).chmod(0o600)
            (place / "dragoman.yaml").write_text(GOOD.format(port=5061))
            done = self.translate("--config", place / "dragoman.yaml", text=self.CHAT)
        self.assertEqual(1, done.returncode)
        self.assertIn("sender-not-allowed", done.stdout)


class Documentation(unittest.TestCase):
    ROOT = pathlib.Path(__file__).resolve().parents[2]

    def test_lists_every_reason(self):
        rows = (self.ROOT / "docs/operations.md").read_text()
        for name in re.findall(r'\{Reason::k(?!None)\w+,\s*"([a-z-]+)"', (self.ROOT / "core/policy/reason.cc").read_text()):
            self.assertIn(f"`{name}`", rows)

    def test_explains_every_key(self):
        text = (self.ROOT / "docs/configuration.md").read_text()
        for name in re.findall(r"^  (?:repeated |optional )?\w+ (\w+) = \d+;", (self.ROOT / "proto/config.proto").read_text(), re.M):
            self.assertRegex(text, rf"`[\w.\[\]]*\b{name}\b")


if __name__ == "__main__":
    unittest.main()
