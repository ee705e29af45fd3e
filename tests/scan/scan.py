#!/usr/bin/env python3
"""Scanners of others against `rivage serve` with its own TLS: scan.py [wapiti|sqlmap|slow|tls…]

A house of its own, a certificate of its own authority.  wapiti as a stranger and signed in; sqlmap (level 5, risk 3) on a
parameter of each kind of field and shape of route; slowhttptest in four modes of a thousand connections; testssl.sh.
Nothing of medium or above may be found (scanners.ACCEPTED says what is none, and why).  Meanwhile an honest client asks
for a page each second and must always be answered.  Afterwards the processes live, and the log tells of no fault and
of nobody."""
import concurrent.futures
import pathlib
import re
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
for beside in ("http", "abuse"):
    sys.path.insert(0, str(HERE.parent / beside))

import scanners  # noqa: E402
import steps  # noqa: E402
from authority import certify  # noqa: E402
from house import House  # noqa: E402
from report import Report  # noqa: E402
from targets import all_targets  # noqa: E402

PATIENCE = 10  # the machine may be busy with the scanner itself; what it took is printed
NAMES = ("Blessing", "Osagie", "Durand", "coo2", "cmf", "nobody")


class Honest(threading.Thread):
    """From an address of its own, each second: a public page, and the list of a colleague who is at work."""

    def __init__(self, house):
        super().__init__(daemon=True)
        self.over, self.took, self.wrong = threading.Event(), [], []
        self.stranger, self.worker = house.visitor(source="127.0.0.9"), house.visitor(source="127.0.0.9")
        self.worker.cookies = dict(house.sign_in("cmf2", source="127.0.0.9").cookies)
        self.stranger.patience = self.worker.patience = PATIENCE

    def run(self):
        while True:
            for who, path in ((self.stranger, "/signaler"), (self.worker, "/cases")):
                began = time.monotonic()
                try:
                    reply = who.get(path)
                    if reply.status != 200:
                        self.wrong.append(f"{path}: {reply.status}")
                except OSError as e:
                    self.wrong.append(f"{path}: {type(e).__name__}")
                self.took.append(time.monotonic() - began)
            if self.over.wait(1):
                return

    def end(self, t, what):
        self.over.set()
        self.join()
        self.took.sort()
        t.check(f"{what}: others are answered, {len(self.took)} times", self.took and not self.wrong, f"{len(self.wrong)}: {self.wrong[:4]}")
        print(f"# others waited {self.took[len(self.took) // 2] * 1000:.0f} ms in the middle, {self.took[-1] * 1000:.0f} ms at most, "
              f"{sum(s > 1 for s in self.took)} of {len(self.took)} over a second", flush=True)


def faults(house, since):
    """Lines of the log that tell of a fault of ours, or name somebody."""
    lines = house.log.read_text().splitlines()[since:]
    return [line for line in lines if re.search(r" error |INTERNAL|memory limit", line) or any(n in line for n in NAMES)], len(lines) + since


def during(t, house, what, attack, *arguments):
    """One scanner, with an honest client beside it, and a look at what it left."""
    honest = Honest(house)
    before = house.children()
    honest.start()
    began = time.monotonic()
    try:
        attack(t, house, *arguments)
    finally:
        honest.end(t, what)
        print(f"# {what}: {time.monotonic() - began:.0f} s", flush=True)
    t.check(f"{what}: both processes live on", house.process.poll() is None and house.children() == before)
    bad, house.read_to = faults(house, getattr(house, "read_to", 0))
    t.check(f"{what}: the log tells of no fault and of nobody", not bad, f"{len(bad)}: {bad[:3]}")


def wapiti(t, house, folder, who, case):
    for name, browser, start in (("stranger", None, "/signaler"), ("signed in", who, f"/cases/{case}")):
        good, why, said = scanners.wapiti(house, folder, browser, start, name.replace(" ", "-"))
        t.check(f"wapiti, {name}: no finding of medium or above", good, why)
        crawled = re.search(r"Wapiti found (\d+) URLs and forms", said)
        t.check(f"wapiti, {name}: it went through pages ({crawled[1] if crawled else 0})", crawled and int(crawled[1]) >= 5, said[-300:])


def sqlmap(t, house, folder, town, found):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        told = pool.map(lambda target: scanners.sqlmap(house, folder, town, target), found)
        for target, (good, why) in zip(found, told):
            t.check(f"sqlmap, {target.name}: not injectable", good, why)
    t.check("one parameter of each kind and shape", len(found) >= 35, len(found))


def slow(t, house, folder):
    for mode in scanners.SLOW_MODES:
        at_most, why = scanners.slowhttptest(house, folder, mode)
        t.check(f"slowhttptest, {mode}: {at_most} connections were tried", at_most >= scanners.SLOW_CONNECTIONS * 9 // 10, why)


def tls(t, house, folder):
    good, why, told = scanners.testssl(house, folder)
    t.check(f"testssl.sh: of {told} lines none of medium or above", good and told > 100, why)


def main():
    wanted = sys.argv[1:] or ["tls", "slow", "wapiti", "sqlmap"]
    t = Report()
    with House(unlimited=True, tls=certify) as house:
        folder = house.base / "scans"
        folder.mkdir()
        town, case, found = all_targets(house)
        arguments = {"tls": (tls,), "slow": (slow,), "wapiti": (wapiti, town.who("cmf"), case), "sqlmap": (sqlmap, town, found)}
        for name in wanted:
            attack, *more = arguments[name]
            during(t, house, name, attack, folder, *more)
        t.same("the case is served as before", steps.wanted(house.sign_in("cmf").get(f"/cases/{case}"), 200, "case").status, 200)
        t.check("the audit log verifies", house.audit().returncode == 0)
    t.end()


main()
