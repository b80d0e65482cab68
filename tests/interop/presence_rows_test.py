"""Tables 8.1 and 8.2 between real servers: each row with Prosody and with ejabberd, users of SIP behind Kamailio."""

import unittest

import rows  # first: it finds demo/
from bad_presence_rows import BadPresenceRows
from both_ways_rows import BothWaysRows
from presence_world import PresenceWorld
from published_rows import PublishedRows
from s_watcher_rows import SWatcherRows
from x_watcher_dialogs import XWatcherDialogs
from x_watcher_requests import XWatcherRequests


class Tables(XWatcherRequests, XWatcherDialogs, PublishedRows, SWatcherRows, BothWaysRows,
             BadPresenceRows):
    @classmethod
    def make_world(cls):
        return PresenceWorld(cls.partner)


class WithProsody(Tables, rows.Rows):
    partner = "prosody"


class WithEjabberd(Tables, rows.Rows):
    partner = "ejabberd"


if __name__ == "__main__":
    unittest.main()
