"""`dragoman subs` and `dragoman explain A B` against routers that a test plays: what is asked, what is printed, which status."""

import http.server
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "demo"))

import ports  # noqa: E402  (found through the path above)

PROGRAM = pathlib.Path(sys.argv.pop())
CONFIG = """\
sip:
  domains: [montague.example]
  fqdn: gateway.montague.example
  edges: ["127.0.0.1:{nobody}"]
  tls: {{certificate: sip.crt, key: sip.key, trust: system}}
xmpp:
  tls: {{certificate: xmpp.crt, key: xmpp.key, trust: system}}
  dialback_secret: dialback.secret
partners:
  - domain: capulet.example
    server: "127.0.0.1:{nobody}"
dns: {{servers: ["127.0.0.1:{nobody}"], timeout: 1s}}
admin: {{listen: "127.0.0.1:{admin}"}}
redis: {{url: "redis://127.0.0.1:{nobody}"}}
workers: {{router: 2}}
"""
JULIET, ROMEO = "juliet@capulet.example", "romeo@montague.example"
ACTIVE = {"watcher": JULIET, "presentity": ROMEO, "watcher_side": "xmpp", "state": "active",
          "dialogs": [{"call_id": "c1", "edge": "edge.montague.example:5061", "established": True}],
          "resources": [{"name": "desk", "show": "away", "note": "lunch\x1b[2J\u202e"}]}
PATH = {"router": "router-0", "sip_frontend": "sip-frontend-0", "xmpp_frontend": "xmpp-frontend-0", "store_up": True,
        "sees": ACTIVE, "session": "none"}


class FakeRouter:
    """`pages`: path -> (status, body). `asked` takes (method, path, {question: value})."""

    def __init__(self, pages, port):
        self.asked = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                url = urllib.parse.urlsplit(self.path)
                outer.asked.append((self.command, url.path, dict(urllib.parse.parse_qsl(url.query))))
                status, body = pages.get(url.path, (404, "no such page\n"))
                if status == 0:  # it dies with the request
                    return self.connection.shutdown(socket.SHUT_RDWR)
                body = body.encode() if isinstance(body, str) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.admin = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def stop(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Fixture(unittest.TestCase):
    def router(self, port=0, **pages):
        """Each page by the last word of its path; `list` is /subs itself, `ready` /readyz."""
        paths = {"list": "/subs", "ready": "/readyz"}
        router = FakeRouter({paths.get(name, f"/subs/{name}"): answer for name, answer in pages.items()}, port)
        self.addCleanup(router.stop)
        return router

    def configured(self, admin):
        """The path of a configuration with two routers; every port of others has nobody behind it."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        place = pathlib.Path(folder.name)
        for name in ("sip.crt", "sip.key", "xmpp.crt", "xmpp.key", "dialback.secret"):
            (place / name).write_text("k" * 32)
            (place / name).chmod(0o600)
        (place / "dragoman.yaml").write_text(CONFIG.format(admin=admin, nobody=ports.free_port()))
        return place / "dragoman.yaml"

    def subs(self, *words, **options):
        return subprocess.run([PROGRAM, "subs", *words], capture_output=True, text=True, timeout=30,
                              stdin=subprocess.DEVNULL, **options)


class List(Fixture):
    def test_prints_a_table_and_asks_for_what_was_chosen(self):
        router = self.router(list=(200, {"subscriptions": [ACTIVE], "more": True, "seen": 5}))
        done = self.subs("list", "--admin", router.admin, "--watcher", f"xmpp:{JULIET}/balcony", "--presentity",
                         f"sip:{ROMEO}", "--partner", "B\u00fccher.example", "--state", "active", "--limit", "7")
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.assertEqual([("GET", "/subs", {"watcher": JULIET, "presentity": ROMEO, "partner": "xn--bcher-kva.example",
                                            "state": "active", "limit": "7"})], router.asked)
        head, line, more = done.stdout.splitlines()
        self.assertEqual(["watcher", "presentity", "state", "dialogs", "shows", "heard", "next", "look"], head.split())
        self.assertRegex(line, rf"^{JULIET}  {ROMEO}  active  1 +away \"lunch\\u001b\[2J\ufffd\"  -  +-$")
        self.assertIn("more", more)

    def test_prints_the_same_as_json(self):
        router = self.router(list=(200, {"subscriptions": [ACTIVE]}))
        done = self.subs("list", "--json", "--admin", router.admin)
        self.assertEqual(0, done.returncode)
        self.assertNotIn("\x1b", done.stdout)
        self.assertNotIn("\u202e", done.stdout)
        told = json.loads(done.stdout)
        self.assertEqual(ACTIVE["resources"][0]["note"], told["subscriptions"][0]["resources"][0]["note"])
        self.assertEqual("edge.montague.example:5061", told["subscriptions"][0]["dialogs"][0]["edge"])
        self.assertIs(False, told["more"])

    def test_says_by_its_status_that_there_are_none(self):
        router = self.router(list=(200, {}))
        done = self.subs("list", "--admin", router.admin)
        self.assertEqual((1, 1), (done.returncode, len(done.stdout.splitlines())))
        self.assertEqual([("GET", "/subs", {"limit": "100"})], router.asked)


class Show(Fixture):
    def test_shows_both_directions(self):
        router = self.router(path=(200, PATH))
        done = self.subs("show", "--admin", router.admin, f"sip:{JULIET}", ROMEO)
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.assertEqual([("GET", "/subs/path", {"from": JULIET, "to": ROMEO})], router.asked)
        self.assertIn(f"{JULIET} watches {ROMEO}\n  state       active", done.stdout)
        self.assertIn(f"{ROMEO} watches {JULIET}: no record\n", done.stdout)
        self.assertNotIn("\x1b", done.stdout)
        told = json.loads(self.subs("show", "--json", "--admin", router.admin, JULIET, ROMEO).stdout)
        self.assertEqual(("active", None), (told["sees"]["state"], told["is_seen_by"]))

    def test_nothing_found_and_redis_away_are_the_same_status(self):
        nothing = self.router(path=(200, {"store_up": True}))
        self.assertEqual(1, self.subs("show", "--admin", nothing.admin, JULIET, ROMEO).returncode)
        away = self.router(path=(200, {"store_up": False}))
        done = self.subs("show", "--admin", away.admin, JULIET, ROMEO)
        self.assertEqual((1, "", "the router does not reach Redis\n"), (done.returncode, done.stdout, done.stderr))


class Change(Fixture):
    def test_refresh_and_drop_are_posted(self):
        router = self.router(refresh=(200, {}), drop=(200, {"text": "both sides were told"}))
        done = self.subs("refresh", "--admin", router.admin, JULIET, f"sip:{ROMEO}")
        self.assertEqual((0, f"asked anew: {JULIET} watches {ROMEO}\n"), (done.returncode, done.stdout))
        done = self.subs("drop", "--yes", "--admin", router.admin, JULIET, ROMEO)
        self.assertEqual((0, f"dropped: {JULIET} watches {ROMEO}: both sides were told\n"),
                         (done.returncode, done.stdout))
        pair = {"watcher": JULIET, "presentity": ROMEO}
        self.assertEqual([("POST", "/subs/refresh", pair), ("POST", "/subs/drop", pair)], router.asked)

    def test_a_refusal_has_its_code_and_status(self):
        router = self.router(refresh=(404, {"reason": "item-not-found", "text": "no record\x1b"}),
                             drop=(500, {"reason": "store-unavailable"}))
        done = self.subs("refresh", "--admin", router.admin, JULIET, ROMEO)
        self.assertEqual((1, "", "61011 item-not-found: no record\\u001b\n"),
                         (done.returncode, done.stdout, done.stderr))
        done = self.subs("drop", "--yes", "--admin", router.admin, JULIET, ROMEO)
        self.assertEqual((1, "62003 store-unavailable: \n"), (done.returncode, done.stderr))

    def test_drop_wants_to_be_meant(self):
        router = self.router(drop=(200, {}))
        done = self.subs("drop", "--admin", router.admin, JULIET, ROMEO)
        self.assertEqual((2, "", []), (done.returncode, done.stdout, router.asked))
        self.assertIn("--yes", done.stderr)

    def test_what_a_router_may_have_done_is_asked_of_no_other(self):
        admin = ports.free_port(run=4)
        dying, other = self.router(admin, drop=(0, "")), self.router(admin + 1, drop=(200, {}))
        done = self.subs("drop", "--yes", "--config", self.configured(admin), JULIET, ROMEO)
        self.assertEqual((2, 1, 0), (done.returncode, len(dying.asked), len(other.asked)), done.stderr)
        self.assertEqual(f"no router answers: {dying.admin}: closed without an answer\n", done.stderr)


class Routers(Fixture):
    def test_the_first_that_answers_is_asked(self):
        admin = ports.free_port(run=4)
        other = self.router(admin + 1, list=(200, {"subscriptions": [ACTIVE]}))
        config = self.configured(admin)
        self.assertEqual(0, self.subs("list", "--config", config).returncode)
        first = self.router(admin, list=(200, {}))
        self.assertEqual(1, self.subs("list", "--config", config).returncode)
        self.assertEqual((1, 1), (len(first.asked), len(other.asked)))

    def test_without_one_or_with_a_wrong_word_nothing_is_done(self):
        nobody, front_end = f"127.0.0.1:{ports.free_port()}", self.router()
        garbage = self.router(list=(200, "<html>"))
        for words, said in (
                (["list", "--admin", nobody], f"no router answers: {nobody}: "),
                (["list", "--config", self.configured(ports.free_port(run=4))], "no router answers: "),
                (["list", "--admin", front_end.admin], "status 404; is that a router of this version?"),
                (["list", "--admin", garbage.admin], "its answer is not understood"),
                (["list", "--admin", "nonsense"], "expected host:port"),
                (["list"], "expected --config FILE, or --admin HOST:PORT"),
                (["list", "--config", "/nowhere.yaml"], "/nowhere.yaml"),
                (["show", "--admin", nobody, JULIET, "tel:+15551234"], "tel:+15551234: the scheme is neither sip"),
                (["list", "--admin", nobody, "--watcher", "@"], "@: a part is empty"),
                (["list", "--admin", nobody, "--partner", "a b"], "a b: no domain"),
                (["list", "--admin", nobody, "--state", "asleep"], "asleep"),
                (["list", "--admin", nobody, "--limit", "0"], "limit"),
                (["show", "--admin", nobody, JULIET], "presentity"),
                ([], "subcommand")):
            with self.subTest(words=words):
                done = self.subs(*words)
                self.assertEqual((2, ""), (done.returncode, done.stdout), done.stderr)
                self.assertIn(said, done.stderr)


class Explain(Fixture):
    def explain(self, *words):
        done = subprocess.run([PROGRAM, "explain", *words], capture_output=True, text=True, timeout=60)
        self.assertEqual("", done.stderr)
        return done

    def test_asks_the_processes_and_a_router(self):
        admin = ports.free_port(run=4)
        config = self.configured(admin)
        ready = (200, "ready\n")
        router = self.router(admin, ready=ready, path=(200, PATH))
        for port in (1, 2, 3):
            self.router(admin + port, ready=ready)
        done = self.explain(f"sip:{JULIET}", ROMEO, "--json", "--config", config)
        self.assertEqual(1, done.returncode)
        told = json.loads(done.stdout)
        self.assertEqual(("old", "no"), (told["sees"]["answer"], told["writes"]["answer"]), told)
        self.assertEqual(61034, told["writes"]["code"])
        self.assertIn(("GET", "/subs/path", {"from": JULIET, "to": ROMEO}), router.asked)
        names = [f"{f['name']} {f['severity']}" for f in told["findings"]]
        for name in ("address ok", "partner ok", "process ok", "router ok", "edge-connect error", "partner-connect error",
                     "subscription ok", "session ok"):
            self.assertIn(name, names)
        self.assertNotIn("redis-connect error", names)  # the router reaches it

    def test_one_router_by_hand_is_asked_alone(self):
        router = self.router(path=(500, {"reason": "store-unavailable", "text": "away"}))
        done = self.explain(JULIET, ROMEO, "--json", "--config", self.configured(ports.free_port(run=4)), "--admin",
                            router.admin)
        told = json.loads(done.stdout)
        self.assertEqual([("GET", "/subs/path", {"from": JULIET, "to": ROMEO})], router.asked)
        self.assertEqual("doubtful", told["sees"]["answer"])
        self.assertIn(f"the router at {router.admin} does not tell: store-unavailable: away", told["sees"]["text"])
        self.assertIn("redis-connect error", [f"{f['name']} {f['severity']}" for f in told["findings"]])

    def test_nobody_is_asked_about_what_the_configuration_forbids(self):
        router = self.router(path=(200, PATH))
        done = self.explain("nurse@elsewhere.example", ROMEO, "--config", self.configured(ports.free_port(run=4)),
                            "--admin", router.admin)
        self.assertEqual((1, []), (done.returncode, router.asked))
        self.assertIn("no entry of partners has this domain", done.stdout)
        self.assertTrue(done.stdout.endswith("(61002 sender-not-allowed).\n"), done.stdout)

    def test_two_addresses_want_a_configuration(self):
        for words, said in (([], "--config"), (["--config", "/nowhere.yaml"], "/nowhere.yaml")):
            done = subprocess.run([PROGRAM, "explain", JULIET, ROMEO, *words], capture_output=True, text=True, timeout=30)
            self.assertEqual((2, ""), (done.returncode, done.stdout))
            self.assertIn(said, done.stderr)


if __name__ == "__main__":
    unittest.main()
