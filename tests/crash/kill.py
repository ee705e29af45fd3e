#!/usr/bin/env python3
"""kill -9 under load: kill.py [--all] [sqlite|postgresql]

Eight clients file notes, corrections and referrals while web, vault, both at once and the supervisor are killed in turn at
random moments; a service manager (here: a thread) starts the supervisor again.  Afterwards every write that was acknowledged
is read back through the pages, none is there in part or twice, and the audit log is whole.  20 kills; with --all 500 on
SQLite, 200 on PostgreSQL."""
import http.client
import os
import pathlib
import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HERE / "http"), str(HERE / "abuse")]

import fill  # noqa: E402
import steps  # noqa: E402
from doors import new_id  # noqa: E402
from house import House  # noqa: E402
from report import Report  # noqa: E402

PAUSE = 0.08  # between the writes of one client
PER_CASE = 100
STAFF = ["cmf", "cmf", "cmf2", "cmf2", "coo2"]
PUBLIC = 3
GIVE_UP = 60  # seconds without service


class Write:
    """What one person sent: a note, a version of a form, a referral."""

    def __init__(self, kind, case, record, login, texts, version=1):
        self.kind, self.case, self.record, self.login, self.texts, self.version = kind, case, record, login, texts, version
        self.acknowledged = False


class Client(threading.Thread):
    def __init__(self, load, number, login):
        super().__init__(daemon=True)
        self.load, self.number, self.login = load, number, login
        self.random = random.Random(load.seed + number)
        self.writes, self.count, self.case, self.version = [], 0, None, 0

    def run(self):
        while not self.load.stop.is_set():
            try:
                self.one()
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
            time.sleep(PAUSE * self.random.random() * 2)

    def word(self, what):
        return f"{what} {self.number}-{self.count}-{self.random.randrange(10**9)}"

    def one(self):
        self.count += 1
        if not self.login:
            self.refer(self.load.house.visitor(source=f"127.{self.number + 20}.{self.count // 15 % 250}.9"), "/signaler/formulaire", [])
        elif self.case is None or self.count % PER_CASE == 0:
            self.case, self.version = self.refer(self.who(), "/referrals/new", [("csrf", self.load.token(self.login))]), 0
        elif self.count % 5 == 0:
            self.form("F04", self.case_record("F04"), self.version)
        else:
            self.form("NOTE", new_id(), 0)

    def who(self):
        who = self.load.house.visitor()
        who.cookies = self.load.house.sessions[self.login]
        return who

    def case_record(self, code):
        if self.version == 0:
            self.once = new_id()
        return self.once

    def send(self, write, post):
        """Sends it, and again when no answer came, as a person would: same form, same number."""
        self.writes.append(write)
        for _ in range(200):
            if self.load.stop.is_set():
                return False
            try:
                reply = post()
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
                continue
            if reply.status == 303 and reply.location.startswith("/sign-in"):
                self.load.lost.append(self.login)
                return False
            if reply.status in (200, 303):
                write.acknowledged = True
                return True
            self.load.refused.append((write.kind, reply.status))
            if reply.status < 500:
                return False
            time.sleep(0.1)
        return False

    def refer(self, who, path, head):
        texts = [self.word("Given"), self.word("Signs"), self.word("Contact")]
        case = new_id()
        pairs = head + [("record", case), ("do", "file")] + fill.pairs(steps.answers(
            "F01", {"given_name": texts[0], "signs": texts[1], "safe_contact": texts[2]}))
        write = Write("referral", case, case, self.login or "cmf", texts)
        return case if self.send(write, lambda: who.post(path, pairs)) else None

    def form(self, code, record, based_on):
        field, second = ("text_story", None) if code == "NOTE" else ("expectations", "fears")
        texts = [self.word("Words")] + ([self.word("More")] if second else [])
        given = {field: texts[0], **({second: texts[1]} if second else {"topic": "STORY"})}
        pairs = [("csrf", self.load.token(self.login)), ("record", record), ("based_on", str(based_on)), ("do", "file"),
                 ("_reason", "Heard anew")] + fill.pairs(steps.answers(code, given))
        write = Write(code, self.case, record, self.login, texts, based_on + 1)
        path = f"/cases/{self.case}/forms/{code}"
        if self.send(write, lambda: self.who().post(path, pairs)) and code == "F04":
            self.version += 1
        elif code == "F04":
            self.case = None  # where that form stands is not known: go on with another person


class Load:
    def __init__(self, house, seed):
        self.house, self.seed, self.stop, self.lost, self.refused = house, seed, threading.Event(), [], []
        self.tokens = {login: steps.token(house.sign_in(login)) for login in set(STAFF)}
        self.clients = [Client(self, i, login) for i, login in enumerate(STAFF + [""] * PUBLIC)]

    def token(self, login):
        return self.tokens[login]


class Manager(threading.Thread):
    """Starts the supervisor again whenever it has ended, like systemd would."""

    def __init__(self, house):
        super().__init__(daemon=True)
        self.house, self.over, self.starts = house, threading.Event(), 0

    def run(self):
        while not self.over.is_set():
            if self.house.process and self.house.process.poll() is not None:
                self.starts += 1
                try:
                    self.house.start()
                except RuntimeError:
                    time.sleep(0.1)
            time.sleep(0.02)


def serving(house):
    try:
        return house.visitor().get("/sign-in").status == 200
    except (OSError, http.client.HTTPException):
        return False


TARGETS = (("web",), ("vault",), ("web", "vault"), ("supervisor",))


def kill(house, target):
    """The processes of those names, wherever they are in their life; false when one was gone already."""
    try:
        pids = [house.process.pid if name == "supervisor" else house.children()[name] for name in target]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        return True
    except (OSError, KeyError, AttributeError):
        return False


def campaign(t, house, load, kills, rng):
    manager = Manager(house)
    manager.start()
    for client in load.clients:
        client.start()
    done, longest = 0, 0.0
    for number in range(kills):
        target = TARGETS[number % len(TARGETS)]
        time.sleep(rng.uniform(0.05, 1.0))
        old = house.process.pid
        if not kill(house, target):
            continue
        done, began = done + 1, time.monotonic()
        back = steps.soon(lambda: house.process.pid != old and serving(house), GIVE_UP)
        longest = max(longest, time.monotonic() - began)
        if not t.count(f"serves again after kill {number} of {' and '.join(target)}", back, house.log.read_text()[-300:]):
            break
    load.stop.set()
    for client in load.clients:
        client.join(60)
    manager.over.set()
    manager.join(30)
    t.check(f"{done} kills, each answered by a start", done >= kills * 0.9, done)
    print(f"# {manager.starts} starts, longest without service {longest:.1f} s", flush=True)


def read_back(t, house, writes):
    """Through the pages: what was acknowledged is there, whole; what was not is there whole or not at all."""
    missing, partial, extra = [], [], 0
    readers = {login: house.sign_in(login) for login in set(STAFF)}
    for w in writes:
        if w.kind == "referral":  # it says where the person is: shown for five minutes to who asks
            steps.reveal(readers[w.login], w.case)
        reply = readers[w.login].get(f"/cases/{w.case}/records/{w.record}?version={w.version}")
        there = [text in reply.text for text in w.texts]
        if w.acknowledged and not all(there):
            missing.append(f"{w.kind} {reply.status}")
        elif not w.acknowledged and reply.status == 200 and any(there) and not all(there):
            partial.append(w.kind)
        extra += not w.acknowledged and all(there)
    sure = sum(w.acknowledged for w in writes)
    t.check(f"all {sure} acknowledged writes are there, whole", sure and not missing, f"{len(missing)}: {missing[:5]}")
    t.check(f"of the other {len(writes) - sure}, none is there in part ({extra} are there)", not partial, partial[:5])


def whole_forms(t, house):
    """In the database: every version of a record has all parts that its form has, every case its referral."""
    query = "SELECT form, id, version, compartment FROM record"
    if house.database:
        said = subprocess.run(["psql", "-At", "-F", "|", "-c", query, house.database], check=True, text=True, stdout=subprocess.PIPE)
        rows = [line.split("|") for line in said.stdout.splitlines()]
        cases = int(subprocess.run(["psql", "-At", "-c", "SELECT count(*) FROM kase", house.database], check=True, text=True,
                                   stdout=subprocess.PIPE).stdout)
    else:
        link = sqlite3.connect(f"file:{house.data}/rivage.db?mode=ro", uri=True)
        rows = link.execute(query).fetchall()
        cases = link.execute("SELECT count(*) FROM kase").fetchone()[0]
        t.same("the database is sound", link.execute("PRAGMA integrity_check").fetchone()[0], "ok")
        link.close()
    parts = {}
    for form, record, version, compartment in rows:
        parts.setdefault((form, record, version), set()).add(compartment)
    shapes = {}
    for (form, _, _), found in parts.items():
        shapes.setdefault(form, {}).setdefault(frozenset(found), 0)
        shapes[form][frozenset(found)] += 1
    uneven = {form: list(s.values()) for form, s in shapes.items() if len(s) > 1}
    t.check(f"{len(parts)} versions of records, none half-filed", parts and not uneven, uneven)
    referrals = len({record for form, record, _ in parts if form == "F01"})
    t.same("as many cases as referrals", cases, referrals)


def once_each(t, house, writes):
    """A form sent again after a kill made one record: the timeline of a case holds as many notes as were filed."""
    cmf, wrong = {login: house.sign_in(login) for login in set(STAFF)}, []
    by_case = {}
    for w in writes:
        by_case.setdefault((w.login, w.case), []).append(w)
    for (login, case), mine in by_case.items():
        if not case or not any(w.kind == "referral" and w.acknowledged for w in mine):
            continue
        page = cmf[login].get(f"/cases/{case}")
        ids = re.findall(r'/records/([0-9a-z]{26})"', page.text)
        known = {w.record for w in mine}
        if page.status != 200 or len(ids) != len(set(ids)) or not set(ids) <= known:
            wrong.append((page.status, len(ids), len(set(ids)), len(known)))
    t.check(f"{len(by_case)} files open, nothing twice in them", not wrong, wrong[:5])


def main():
    database = next((w for w in sys.argv[1:] if w in ("sqlite", "postgresql")), "sqlite")
    kills = 20 if "--all" not in sys.argv else 500 if database == "sqlite" else 200
    seed = int(os.environ.get("SEED", random.randrange(10**6)))
    t = Report()
    print(f"# seed {seed}", flush=True)
    with House(database, unlimited=True) as house:
        load = Load(house, seed)
        campaign(t, house, load, kills, random.Random(seed))
        writes = [w for c in load.clients for w in c.writes if w.case]
        t.check("there was a load", sum(w.acknowledged for w in writes) > kills * 5, len(writes))
        t.check("nobody's session was lost", not load.lost, load.lost[:5])
        other = [r for r in load.refused if r[1] < 500]
        t.check("nothing was refused but for want of a vault or a database", not other, other[:5])
        if not steps.soon(lambda: serving(house), 10):
            house.start()
        read_back(t, house, writes)
        once_each(t, house, writes)
        house.stop()
        said = house.audit()
        t.check("the audit log is whole", said.returncode == 0 and "the log is whole" in said.stdout, said.stdout)
        whole_forms(t, house)
        log = house.log.read_text()
        t.check("the logs name nobody", not re.search(r"(Given|Signs|Contact|Words|More) \d+-\d+-\d+", log))
    t.end()


main()
