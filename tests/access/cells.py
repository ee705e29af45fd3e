#!/usr/bin/env python3
"""Every page × every role × what the object is to her × the state of her account: cells.py [--all] [--seed N]

A cell is one request at the served program; what it must answer is said by oracle.py, which knows nothing of the
program's own table.  Without --all a seeded part of them, another one each day.  Prints how many cells of each axis."""
import argparse
import collections
import pathlib
import random
import re
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "http"))

import accounts  # noqa: E402
import oracle  # noqa: E402
import steps  # noqa: E402
from house import program  # noqa: E402
from oracle import ABSENT, NOBODY, OPEN, PAGES, REFUSED, ROLES, SIGN_IN, STATES  # noqa: E402
from report import Report  # noqa: E402
import world as places  # noqa: E402
from world import LOGINS, Clocked, World  # noqa: E402

LAST = ("/quick-exit", "/sign-out")  # they end the session that the other cells use
SAMPLE = {"active": 0.3, "other": 0.1}
RECOVERY = r"<code>(?:<[^>]*>)?([0-9A-Z-]+)<"
OTHER_PASSWORD = "parapluie cactus lanterne wagon miel"


class Cell(collections.namedtuple("Cell", "method path role relation state")):
    def wanted(self):
        return oracle.judge(*self)

    def __str__(self):
        return f"{self.state} {self.role}, {self.method} {self.path}, {self.relation}"


def all_cells():
    for route in PAGES:
        method, path = route.split()
        for relation in oracle.relations(PAGES[route]):
            yield Cell(method, path, NOBODY, relation, "none")
            for role in ROLES:
                for state in STATES:
                    yield Cell(method, path, role, relation, state)


def answer(reply, path="", address=""):
    if reply.status == 303 and path.startswith("/waiting/") and reply.location == "/":
        return ABSENT  # what was typed is not there for her: on to her first page
    if reply.status == 303 and path.endswith("/revoke") and reply.location + "/revoke" == address:
        return REFUSED  # back to the account, which has no such button
    if reply.status == 303:
        return SIGN_IN if reply.location.startswith("/sign-in?back") else OPEN
    if reply.status == 403:
        return "a refused token" if "too old or comes from elsewhere" in reply.text else REFUSED
    return {404: ABSENT, 200: OPEN, 400: OPEN, 409: OPEN, 422: OPEN}.get(reply.status, str(reply.status))


class Trial:
    """The cells of one account in one state."""

    def __init__(self, t, world):
        self.t, self.world, self.counts = t, world, collections.Counter()
        self.tokens, self.targets = {}, {}

    def target(self, cell):
        """The account that a page acts on."""
        login = LOGINS.get(cell.role, "cmf")
        same, other = ("LAGOS", "PARIS") if cell.role == "CMR" else ("PARIS", "LAGOS")
        if cell.relation == "self":
            return self.world.ids[login]
        if cell.relation == "absent":
            return places.ABSENT
        key = (cell.role if cell.role in oracle.STAFF else "CMR" if cell.role == "CMR" else "rest", cell.relation)
        if key not in self.targets:
            office = {"same-office": same, "other-office": other}.get(cell.relation, "PARIS")
            role = "ADM" if cell.relation == "keyless" else "CMR" if office == "LAGOS" else "CMF"
            self.targets[key] = self.world.invite(role, office)
            if cell.relation == "withdrawn":
                coo = self.world.coo
                steps.wanted(coo.post(f"/accounts/{self.targets[key]}/revoke", [("csrf", steps.token(coo))]), 303, "withdraw")
        return self.targets[key]

    def thing(self, cell, kind):
        things, role = self.world.things, cell.role
        if cell.relation == "absent":
            return "999999" if kind == "alert" else places.ABSENT
        if kind == "words":
            return self.world.search(self.world.me[role]) if cell.relation == "own" and cell.wanted() == OPEN else things["words"]
        if kind == "stash":
            return things["stash", role if role != NOBODY else "CMF"] if cell.relation == "own" else things["stash", "CMF" if role != "CMF" else "COO"]
        if kind == "alert":
            return things.get(("alert", role), things["alert", "CMF"]) if cell.relation == "hers" else things["alert"]
        if kind == "certificate":
            return things["certificate"] if cell.relation == "done" else self.erasure(cell)
        return self.erasure(cell)

    def erasure(self, cell):
        """One that waits; a new one where the cell is about to end it."""
        own = cell.relation == "own" and cell.role in oracle.ERASERS and cell.state == "active"
        key = ("erasure", cell.role if own else None)
        if cell.method == "POST" and cell.wanted() == OPEN or key not in self.targets:
            self.targets[key] = self.world.ask_erasure(self.world.me[cell.role] if own else self.world.asker)
        return self.targets[key]

    def address(self, cell):
        path, kind, relation = cell.path, PAGES[f"{cell.method} {cell.path}"].kind, cell.relation
        if ":case" in path:
            relation, _, form = relation.partition("/")
            case = self.world.file_of(cell.role, relation)
            path = path.replace(":case", case).replace(":form", form).replace(":paper", "declaration")
            for what in ("payment", "waiver"):
                if f"/{what}s/" in path:
                    path = path.replace(":record", self.world.things.get((what, case), places.ABSENT))
            if path.endswith("/waivers/new"):
                path += self.world.things["waiver-of"]
            return path.replace(":record", case)  # the first record of a file has its id
        if ":account" in path:
            return path.replace(":account", self.target(cell))
        if kind == "thing":
            real = relation == "real"
            record = next((what for what in ("request", "breach") if f"/{what}" in path), "cost")
            for name, what in ((":session", "training"), (":person", "person"), (":record", record)):
                path = path.replace(name, self.world.things[what] if real else places.ABSENT)
            return path
        return re.sub(r":\w+", lambda m: "app.css" if m[0] == ":file" else self.thing(cell, kind), path)

    def body(self, cell, token):
        pairs, path = [("csrf", token)], cell.path
        if path.endswith("/move"):
            pairs.append(("to", "screen"))
        if path.endswith(("/:form", "/new", "/decide", "/proof", "/correct", ":person", "waivers/:record", "requests/:record", "breaches/:record")):
            pairs += [("record", places.ABSENT[:-1] + "0"), ("based_on", "0"), ("do", "file")]
        if path == "/account/sessions/end":
            pairs.append(("session", places.ABSENT if cell.relation == "absent" else self.world.things["session"]))
        if path == "/account/keys/remove":
            pairs.append(("key", places.ABSENT))
        if path == "/colleagues/end":
            pairs.append(("account", self.target(cell)))
        if path.endswith("/travel"):
            pairs += [("from", "2018-05-01"), ("until", "2018-12-31")]
        if path == "/search":
            pairs.append(("q", "Nobody"))
        return pairs

    def try_one(self, cell, who, token):
        address = self.address(cell)
        wanted = cell.wanted()
        if cell.method == "GET":
            reply = who.get(address)
        else:
            reply = who.post(address, self.body(cell, token))
        got = answer(reply, cell.path, address if cell.method == "GET" else "")
        if got == "429" and PAGES[f"{cell.method} {cell.path}"].who is oracle.PUBLIC:
            got = OPEN  # too often from one place is said to anybody
        for axis, value in (("page", f"{cell.method} {cell.path}"), ("role", cell.role), ("state", cell.state),
                            ("relation", cell.relation.partition("/")[0]), ("answer", wanted)):
            self.counts[axis, value] += 1
        self.t.count(str(cell), got == wanted, f"{reply.status} {reply.location} ({got}), the oracle says {wanted}: {address}")
        if got == wanted == ABSENT and cell.relation.partition("/")[0] != "absent":
            self.as_absent(cell, who, token, address, reply)
        if cell.path == "/account/recovery" and got == OPEN and cell.state == "active":
            self.world.recovery[cell.role] = re.search(RECOVERY, reply.text)[1]

    def as_absent(self, cell, who, token, address, reply):
        """Not a byte tells a thing that is not for her from one that never was, but for the id that she sent herself."""
        relation = "absent/" + cell.relation.partition("/")[2] if "/" in cell.relation else "absent"
        twin = cell._replace(relation=relation)
        there = self.address(twin)
        other = who.get(there) if cell.method == "GET" else who.post(there, self.body(twin, token))
        both = [(r.status, r.location, plain(r.text, a)) for r, a in ((reply, address), (other, there))]
        self.counts["compared", "with an absent one"] += 1
        self.t.count(f"{cell}: answered as one that never was", both[0] == both[1], f"{both[0][:2]}, absent {both[1][:2]}")

    def try_all(self, cells, who, token):
        """Forbidden posts first, together: they must have changed nothing."""
        posts = [c for c in cells if c.method == "POST" and c.wanted() != OPEN]
        for cell in posts:
            self.address(cell), self.body(cell, token)  # what they need is made before
        before = fingerprint(self.world)
        for cell in posts:
            self.try_one(cell, who, token)
        if posts:
            self.t.check(f"{len(posts)} posts of {cells[0].state} {cells[0].role} that may not be: nothing has changed",
                         (after := fingerprint(self.world)) == before, differs(before, after))
        for cell in sorted((c for c in cells if c.method == "GET" or c.wanted() == OPEN), key=lambda c: (
                LAST.index(c.path) if c.path in LAST else -1, c.path.endswith("/revoke"), c.method)):
            if cell.path == LAST[1]:
                who = self.world.come(cell.role) if cell.state == "active" and who.get("/account").status != 200 else who
                token = steps.token(who) if cell.state == "active" else token
            self.try_one(cell, who, token)


def plain(text, address):
    """A page without its token and the address that it was asked at, with every id in it."""
    text = steps.masked(text).replace(address, "").replace(urllib.parse.quote(address, safe=""), "")
    for number in re.findall(r"\w{26,}", address):
        text = text.replace(number, "")
    return text


def fingerprint(world):
    """All that posts could change: rows, accounts, who has which file.  What was posted into an ended session is kept
    for its author (design §10.13), and does not count."""
    rows = [line for line in world.house.dump().splitlines() if not re.match(r'INSERT INTO "?stash"? ', line)]
    seen = [steps.words(world.coo.get("/accounts"))]
    for case in {c for files in world.files.values() for c in files.values()} | set(world.shared.values()):
        seen.append(re.sub(r"\s+", " ", steps.words(world.coo.get(f"/cases/{case}/assign"))))
    return sorted(rows) + sorted(seen)


def differs(before, after):
    return [a[:200] for a in after if a not in set(before)][:3]


def enter(t, world, role, state):
    """Her session, as it was when her account came into this state; and the token of its forms."""
    if state == "active":
        who = world.come(role)
        return who, steps.token(who)
    account, coo = world.ids[LOGINS[role]], world.coo
    who = world.come(role)
    token = steps.token(who)
    act = lambda name, *pairs: steps.wanted(coo.post(f"/accounts/{account}/{name}", [("csrf", steps.token(coo)), *pairs]),  # noqa: E731
                                            200 if name == "renew" else 303, f"{role} {name}")
    if state == "locked":
        act("lock")
    elif state == "travelling":
        act("travel", ("from", "2018-05-01"), ("until", "2018-12-31"))
    elif state == "unconfirmed":
        recover(world, role)
    elif state == "invited":
        world.things["link", role] = accounts.link_of(act("renew"))
    elif state == "revoked":
        act("revoke")
    t.same(f"{role} {state}: her session is over", answer(who.get("/account")), SIGN_IN)
    return who, token


def leave(world, role, state):
    """Back to an active account, for the next state."""
    account, coo = world.ids[LOGINS[role]], world.coo
    if state == "locked":
        steps.wanted(coo.post(f"/accounts/{account}/unlock", [("csrf", steps.token(coo))]), 303, "unlock")
    elif state == "travelling":
        steps.wanted(coo.post(f"/accounts/{account}/travel", [("csrf", steps.token(coo)), ("lift", "1")]), 303, "lift")
    elif state == "invited":
        guest = world.house.visitor(source=f"127.0.3.{30 + ROLES.index(role)}")
        shown = guest.post("/welcome", [("invite", world.things["link", role][10:]), ("fresh", OTHER_PASSWORD)])
        world.house.accounts[LOGINS[role]].secret = steps.wanted(shown, 200, "welcome").hidden("secret")


def recover(world, role):
    """With the printed code, to a new password that no sign-in has confirmed."""
    login = LOGINS[role]
    reply = world.house.visitor(source=f"127.0.3.{10 + ROLES.index(role)}").post(
        "/recover", [("login", login), ("recovery", world.recovery[role]), ("fresh", OTHER_PASSWORD)])
    steps.wanted(reply, 200, f"{login} recovers")
    world.house.accounts[login].secret = reply.hidden("secret")
    world.passwords[role] = OTHER_PASSWORD


def chosen(everything, seed):
    if seed is None:
        return everything
    draw = random.Random(seed)
    return [c for c in everything if draw.random() < SAMPLE["active" if c.state in ("active", "none") else "other"]]


def prepare(world):
    """What each needs before her state changes: a printed code, and a form posted into a session that ended."""
    for role in ROLES:
        who = world.me[role]
        page = who.post("/account/recovery", [("csrf", steps.token(who))])
        world.recovery[role] = re.search(RECOVERY, steps.wanted(page, 200, "printed code").text)[1]
        twin, token = world.house.visitor(), steps.token(who)
        twin.cookies = dict(who.cookies)
        twin.post("/sign-out", [("csrf", token)])
        twin.cookies = dict(who.cookies)
        reply = twin.post("/cases/%s/forms/NOTE" % world.shared["colleague"], [("csrf", token), ("record", "2" * 25 + "0"), ("do", "file")])
        found = re.search(r"stash=(\w{26})", reply.location)
        world.things["stash", role] = found and found[1]
    world.house.sign_in("cmf2", fresh=True)  # so that she has another one
    world.things["session"] = re.search(r'name="session" value="(\w{26})"', world.other.get("/account").text)[1]


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--all", action="store_true")
    options.add_argument("--page", default="", help="only pages with this in their address")
    options.add_argument("--seed", type=int, default=20261124, help="which cells the sample takes; the same every day unless told")
    options = options.parse_args()
    t, began = Report(), time.monotonic()
    with Clocked(unlimited=True) as house:
        found = oracle.routes(house.command(program(), "access").stdout)
        t.check("each page has its row in the oracle, and no row is of a page that went", sorted(found) == sorted(PAGES),
                set(found) ^ set(PAGES))
        cells = [c for c in chosen(list(all_cells()), None if options.all else options.seed) if options.page in c.path]
        world = World(house)
        world.first_day(t)
        world.second_day()
        prepare(world)
        print(f"# the world is made: {time.monotonic() - began:.0f} s", flush=True)
        trial = Trial(t, world)
        nobody = [c for c in cells if c.role == NOBODY]
        trial.try_all(nobody, house.visitor(source="127.0.4.1"), "A" * 43 + "=")
        for state in STATES:
            for role in ROLES:
                mine = [c for c in cells if c.role == role and c.state == state]
                t.part = f"{state} {role}"
                trial.try_all(mine, *enter(t, world, role, state))
                leave(world, role, state)
                t.part = ""
            print(f"# {state}: {time.monotonic() - began:.0f} s", flush=True)
        for axis in ("page", "role", "relation", "state", "answer"):
            values = sorted((v, n) for (a, v), n in trial.counts.items() if a == axis)
            print(f"# cells by {axis}: {len(values)}" + (": " + ", ".join(f"{v} {n}" for v, n in values) if axis != "page" else ""))
        total = sum(n for (a, _), n in trial.counts.items() if a == "state")
        print(f"# {trial.counts['compared', 'with an absent one']} answers compared byte for byte with those of an absent id")
        print(f"# {total} cells of {len(list(all_cells()))}, seed {'-' if options.all else options.seed}")
        t.check("the audit log is whole", house.audit().returncode == 0)
        t.check("the logs tell of no fault", " error " not in house.log.read_text(), house.log.read_text()[-600:])
    t.end()


if __name__ == "__main__":
    main()
