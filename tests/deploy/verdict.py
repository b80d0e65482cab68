"""How a test of deploy/ ends, for ctest: what was skipped has not passed."""

import sys
import unittest

SKIPPED = 77  # SKIP_RETURN_CODE in CMakeLists.txt


def main():
    """Runs the tests of the calling program. Exit status: 0 all passed; 1 one failed; 77 one was skipped, none failed."""
    done = unittest.main(module="__main__", exit=False, verbosity=2).result
    for test, why in done.skipped:
        print(f"skipped: {test}: {why}")
    sys.exit(1 if not done.wasSuccessful() else SKIPPED if done.skipped else 0)
