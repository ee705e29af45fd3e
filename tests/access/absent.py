#!/usr/bin/env python3
"""A file that is not hers takes as long to be refused as one that never was: absent.py [--all]

For each page that names a file, and each kind of file that somebody may not know of, requests for it, for an id that
never was and for another such id come in turn, in an order drawn anew each time.  What tells them apart is measured by
how often the one took longer than the other (one half: nothing does), beside how far two absent ids are apart.  The
bound is of what an attacker at the same machine would see; it is no unit test, since the machine has other work."""
import argparse
import pathlib
import random
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "http"))

import steps  # noqa: E402
import world as places  # noqa: E402
from report import Report  # noqa: E402
from world import Clocked, World  # noqa: E402

APART = 0.06      # of the chance that one took longer than the other, from one half
MEDIANS = 0.03    # and by how much their medians may differ, when the chance is beyond
SECOND = "3" * 26
PAGES = (("GET", ""), ("GET", "/contact"), ("GET", "/forms/F02"), ("GET", "/opened"), ("GET", "/payments"), ("GET", "/papers/declaration"),
         ("POST", "/reveal"), ("POST", "/move"), ("POST", "/forms/F02"), ("POST", "/open-abroad"))
WHO = (("CMF", ("colleague", "third-office", "erased", "decoy", "withdrawn")), ("CMR", ("colleague", "third-office", "not-abroad", "unassigned")),
       ("MED", ("colleague",)))


def longer(a, b):
    """The chance that one of a took longer than one of b: Mann-Whitney's U, as a share."""
    order = sorted([(v, 0) for v in a] + [(v, 1) for v in b])
    seen = won = 0
    for _, which in order:
        if which:
            won += len(a) - seen
        else:
            seen += 1
    return won / (len(a) * len(b))


def measure(who, method, path, ids, token, rounds):
    times, order = {name: [] for name in ids}, list(ids)
    for turn in range(rounds + 20):
        random.shuffle(order)
        for name in order:
            began = time.perf_counter_ns()
            address = f"/cases/{ids[name]}{path}"
            reply = who.get(address) if method == "GET" else who.post(address, [("csrf", token), ("to", "screen")])
            if turn >= 20:
                times[name].append(time.perf_counter_ns() - began)
            if reply.status != 404:
                raise steps.Broken(f"{method} {address}: {reply.status}")
    return times


def tells(times, name, against):
    share = longer(times[name], times[against])
    a, b = statistics.median(times[name]), statistics.median(times[against])
    return abs(share - 0.5), abs(a - b) / b, f"took longer in {100 * share:.1f} of 100, {a / 1000:.0f} and {b / 1000:.0f} µs"


def page(t, who, role, method, path, ids, rounds):
    token = steps.token(who)
    for attempt in range(3):  # a burst of other work on the machine is not an answer
        times = measure(who, method, path, ids, token, rounds)
        bad, worst, noise = [], 0, tells(times, "absent", "another absent")
        for name in ids:
            share, medians, words = tells(times, name, "absent")
            worst = max(worst, share)
            if share > APART and share > 2 * noise[0] and medians > MEDIANS:
                bad.append(f"{name} {words}")
        if not bad:
            break
    print(f"# {role} {method} {path or '/'}: at most {100 * worst:.1f} from one half, two absent ones {100 * noise[0]:.1f}", flush=True)
    t.check(f"{role}, {method} /cases/:case{path}: the time does not tell", not bad, "; ".join(bad))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--all", action="store_true")
    everything = options.parse_args().all
    t = Report()
    with Clocked(unlimited=True) as house:
        world = World(house)
        world.first_day(t)
        world.second_day()
        for role, relations in WHO:
            for method, path in PAGES if everything else random.sample(PAGES, 2):
                if role == "MED" and path.startswith("/open"):
                    continue
                ids = {relation: world.file_of(role, relation) for relation in relations}
                ids |= {"absent": places.ABSENT, "another absent": SECOND}
                page(t, world.me[role], role, method, path, ids, 1500 if everything else 250)
    t.end()


main()
