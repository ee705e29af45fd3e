"""One line a test, as `./check` counts them: "ok N - what", "not ok N - what: why", "N passed, N failed"."""
import sys
import time
import traceback


class Report:
    def __init__(self):
        self.passed = self.failed = 0
        self.part = ""

    def check(self, what, good, why=""):
        if self.part:
            what = f"{self.part}: {what}"
        if good:
            self.passed += 1
            print(f"ok {self.passed + self.failed} - {what}", flush=True)
        else:
            self.failed += 1
            why = " ".join(str(why).split())[:400]
            print(f"not ok {self.passed + self.failed} - {what}: {why}", flush=True)
        return bool(good)

    def count(self, what, good, why=""):
        """For what is tried thousands of times: a line only when it fails."""
        if not good:
            return self.check(what, False, why)
        self.passed += 1
        return True

    def same(self, what, got, wanted):
        return self.check(what, got == wanted, f"{got!r}, not {wanted!r}")

    def run(self, part, function, *arguments):
        """A part that breaks off counts as one failure; the others still run."""
        self.part = part
        began = time.monotonic()
        try:
            function(self, *arguments)
        except Exception as e:  # noqa: BLE001
            place = traceback.extract_tb(e.__traceback__)[-1]
            self.check("runs to its end", False, f"{type(e).__name__}: {e} ({place.filename.split('/')[-1]}:{place.lineno})")
        self.part = ""
        print(f"# {part}: {time.monotonic() - began:.1f} s", flush=True)

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        sys.exit(1 if self.failed or not self.passed else 0)
