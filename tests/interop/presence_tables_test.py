"""Every row of tables 8.1 and 8.2 has its test, and every test of a row its row."""

import re
import unittest

import scenario
import presence_lapse_test
import presence_restart_test
import presence_rows_test
from presence_tables import SIP_WATCHER, UNREACHED, XMPP_WATCHER

ROWS = XMPP_WATCHER + SIP_WATCHER
PLAYED = (presence_rows_test, presence_lapse_test, presence_restart_test)
OF_NO_ROW = ("test_bad_", "test_both_ways_", "test_hidden_")  # what may stand in the tables and need not


def played():
    """The names of all tests that are played with both servers."""
    names = {"prosody": set(), "ejabberd": set()}
    for module in PLAYED:
        for case in unittest.defaultTestLoader.loadTestsFromModule(module):
            for test in case:
                names[test.partner].add(test._testMethodName)
    return names["prosody"] & names["ejabberd"], names["prosody"] ^ names["ejabberd"]


def unit_tests():
    return {name for source in (scenario.ROOT / "tests" / "core" / "presence").glob("*_test.cc")
            for name in re.findall(r"^TEST(?:_F|_P)?\(\w+, (\w+)\)", source.read_text(), re.MULTILINE)}


class PresenceTables(unittest.TestCase):
    def test_each_row_is_played_or_says_why_not(self):
        for row in ROWS:
            with self.subTest(state=row.state, event=row.event):
                self.assertTrue(row.interop or row.unit or row.unreached == "not yet")
                self.assertTrue(row.interop or row.unreached)
                self.assertIn(row.unreached, ("", *UNREACHED))

    def test_each_named_test_is_there(self):
        both, one = played()
        self.assertEqual(set(), one, "played with one server only")
        self.assertEqual(set(), {f"test_{name}" for row in ROWS for name in row.interop} - both)
        self.assertEqual(set(), {name for row in ROWS for name in row.unit} - unit_tests())

    def test_each_test_has_its_row(self):
        both, _ = played()
        named = {f"test_{name}" for row in ROWS for name in row.interop}
        self.assertEqual([], sorted(name for name in both - named if not name.startswith(OF_NO_ROW)))

    def test_each_row_stands_once(self):
        for table in (XMPP_WATCHER, SIP_WATCHER):
            keys = [(row.state, row.event) for row in table]
            self.assertEqual(len(keys), len(set(keys)))


if __name__ == "__main__":
    unittest.main()
