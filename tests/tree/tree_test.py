"""Holds the tree to its rules, and the rules to samples that break them."""

import pathlib
import subprocess
import unittest

import rules

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = {".git", "build", "__pycache__"}


def paths():
    """What git tracks; of an unpacked archive, every file."""
    try:
        listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], capture_output=True, check=True)
        return [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        return [path for path in sorted(ROOT.rglob("*"))
                if not SKIPPED & set(path.relative_to(ROOT).parts)]


def files():
    """path from the root -> text, of every file that belongs to the project."""
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8", errors="replace")
            for path in paths() if path.is_file()}


class TheTree(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.files = files()

    def test_keeps_every_file_rule(self):
        complaints = [c for path, text in self.files.items() for c in rules.check_file(path, text)]
        self.assertEqual("", "\n".join(complaints))

    def test_explains_its_big_folders(self):
        self.assertEqual([], list(rules.check_readmes(self.files)))

    def test_documents_every_reason(self):
        complaints = list(rules.check_reasons(self.files["core/policy/reason.cc"], self.files["docs/mapping.md"]))
        self.assertEqual([], complaints)

    def test_documents_what_needs_a_restart(self):
        self.assertEqual([], list(rules.check_restarts(self.files["core/policy/live.cc"], self.files["docs/operations.md"])))

    def test_lets_the_redis_user_do_what_the_store_does(self):
        sources = [text for path, text in self.files.items()
                   if path.startswith("presence-store/") and path.endswith(".cc") or path == "runtime/redis/scan.cc"]
        complaints = list(rules.check_redis_commands(sources, self.files["docs/operations.md"],
                                                     self.files["cli/check/redis_probe.cc"]))
        self.assertEqual([], complaints)

    def test_has_every_folder_of_the_include_table(self):
        for folder in rules.MAY_INCLUDE:
            self.assertTrue((ROOT / folder).is_dir(), folder)


class TheRules(unittest.TestCase):
    def caught(self, path, text):
        complaints = list(rules.check_file(path, text))
        self.assertTrue(complaints, f"{path} with {text!r} passed")

    def passes(self, path, text):
        self.assertEqual([], list(rules.check_file(path, text)))

    def test_catch_includes_against_the_arrow(self):
        for path, include in [
            ("core/sip/uri.h", "core/xmpp/jid.h"),
            ("core/xmpp/jid.h", "core/sip/uri.h"),
            ("core/sip/uri.h", "core/ocs/typing.h"),
            ("core/base/time.h", "core/sip/uri.h"),
            ("core/translate/address.cc", "runtime/loop/loop.h"),
            ("core/presence/pair.cc", "core/translate/errors.h"),
            ("runtime/net/connection.cc", "core/sip/message.h"),
            ("runtime/loop/loop.cc", "core/policy/settings.h"),
            ("router/router.cc", "sip-frontend/frontend.h"),
            ("presence-store/store.cc", "router/router.h"),
            ("core/novelty/thing.h", "core/base/time.h"),
        ]:
            self.caught(path, f'#include "{include}"\n')

    def test_let_the_arrow_pass(self):
        self.passes("core/translate/address.cc", '#include "core/sip/uri.h"\n#include "core/xmpp/jid.h"\n')
        self.passes("runtime/net/connection.cc", '#include "runtime/loop/loop.h"\n#include "core/base/time.h"\n')
        self.passes("router/router.cc", '#include "presence-store/store.h"\n#include <uv.h>\n')

    def test_catch_effects_in_core(self):
        for line in ["#include <iostream>", "#include <thread>", "#include <sys/socket.h>", "#include <uv.h>",
                     "#include <spdlog/spdlog.h>", "#include <random>", "#include <openssl/rand.h>",
                     "auto t = std::chrono::steady_clock::now();", "auto t = std::time(nullptr);",
                     "std::cerr << 1;", 'printf("x");', "RAND_bytes(p, 1);", "int s = ::socket(1, 2, 3);",
                     'const char* home = std::getenv("HOME");']:
            self.caught("core/base/thing.cc", line + "\n")
            if not line.startswith("#"):
                self.passes("core/base/thing.cc", f"// {line}\n")

    def test_know_words_from_calls(self):
        self.passes("core/base/thing.cc", 'WallTime time(Parse(x));\nf("std::cout << time(nullptr)");\n')

    def test_catch_long_files_and_empty_names(self):
        self.caught("core/base/long.cc", "\n" * (rules.LINES_MAX + 1))
        self.passes("core/base/long.cc", "\n" * rules.LINES_MAX)
        self.caught("core/base/string_utils.h", "")
        self.caught("runtime/common/thing.h", "")
        self.passes("runtime/loop/command.h", "")

    def test_catch_a_folder_without_readme_and_a_reason_without_row(self):
        self.assertTrue(list(rules.check_readmes({"core/base/time.h": ""})))
        source = '{Reason::kInternal, "internal", "The gateway failed"},'
        self.assertTrue(list(rules.check_reasons(source, "nothing")))
        self.assertFalse(list(rules.check_reasons(source, "| `internal` |")))

    def test_catch_a_key_that_needs_a_restart_unsaid(self):
        self.assertTrue(list(rules.check_restarts('keep("sip.fqdn", a, b);', "`sip.listen`")))
        self.assertFalse(list(rules.check_restarts('keep("sip.fqdn", a, b);', "`sip.fqdn`")))

    def test_catch_commands_that_the_redis_user_may_not_run_or_need_not(self):
        source = "redis.call('HGET', key)" + 'words = {"ZADD", shard}; again[0] = "EVAL";'
        rule, probes = "user dragoman on >PASSWORD ~due:* -@all +ping +hget +zadd +eval", '{{"HGET"}}, {{"ZADD"}}, {{"EVAL"}}'
        self.assertEqual([], list(rules.check_redis_commands([source], rule, probes)))
        for used, manual, tried, wrong in [(source, rule[:-5], probes, "operations.md: EVAL: missing"),
                                           (source, rule + " +del", probes, "operations.md: DEL: nobody"),
                                           (source, rule, probes[10:], "redis_probe.cc: HGET: missing")]:
            self.assertIn(wrong, "\n".join(rules.check_redis_commands([used], manual, tried)))


if __name__ == "__main__":
    unittest.main()
