"""The transcript of script/run."""

import unittest

import scenario  # first: it finds demo/
import conversation


class MainJob(scenario.Scenario):
    async def test_a_chat_and_presence_cross_both_ways(self):
        lines = []
        await conversation.hold(self.place, lines.append)
        self.assertEqual(12, len(lines), lines)


if __name__ == "__main__":
    unittest.main()
