#!/usr/bin/env python3
"""Backups, erasure and restores together: shred.py [--all | --short]

5 runs, 200 with --all, none with --short, on a house that is served all the while.  In each: files are made, a backup is taken (in every
other run while people write), one file is erased by two people at the pages.  Then the backup is restored twice and
served: with the ring as it was, the erased file still opens (so that the next line can fail); with the ring once 35 days
have passed, it does not, from that backup or any before, and everything else is there byte for byte.
Before that: what is changed, cut, foreign or in the way is refused, by exit codes; and what a killed command leaves behind."""
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HERE / "http")]

import client  # noqa: E402
import privacy  # noqa: E402
import steps  # noqa: E402
from house import House, PASSWORD, program  # noqa: E402
from report import Report  # noqa: E402


class Saver:
    """The commands of the operator, on one house."""

    def __init__(self, house):
        self.house, self.base, self.n = house, house.base, 0
        self.ring = self.base / "ring"
        house.stop()
        self.run("ceremony", "new", house.data, "--key-file", house.key, "--out", self.base / "shares")
        self.shares = [self.base / f"shares/share-{i}.txt" for i in (1, 3, 5)]
        house.start()

    def run(self, *words, code=0):
        with open(self.base / "log-commands", "ab") as log:
            said = subprocess.run([program(), *map(str, words)], stdout=subprocess.PIPE, stderr=log, text=True, timeout=300)
        if code is not None and said.returncode != code:
            raise steps.Broken(f"{words[0]} {words[1]}: exit {said.returncode}: {(self.base / 'log-commands').read_text()[-400:]}")
        return said

    def backup(self):
        self.n += 1
        out = self.base / f"backup-{self.n}"
        self.run("backup", self.house.data, out, "--key-file", self.house.key, "--with-ring", self.ring)
        return out

    def restore(self, backup, ring, name, *more, code=0):
        target = self.base / name
        shutil.rmtree(target, ignore_errors=True)
        return target, self.run("restore", backup, target, *self.shares, "--key-file", self.house.key, "--with-ring", ring, *more,
                                code=code)

    def days_pass(self, days):
        """The copies of the ring grow older; a new one is made, as every night."""
        for copy in self.ring.iterdir():
            at = time.mktime(time.strptime(copy.name[5:20], "%Y%m%dT%H%M%S")) - days * 86400
            copy.rename(self.ring / time.strftime("keys-%Y%m%dT%H%M%SZ", time.localtime(at)))
        self.run("backup", "ring", self.house.data, self.ring, "--key-file", self.house.key)


class Served:
    """`rivage serve` on a restored directory, with the coordinator signed in anew: no session comes out of a backup."""

    def __init__(self, house, data):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.house = house
        with open(house.base / "log-restored", "ab") as log:
            self.process = subprocess.Popen([program(), "serve", "--data", str(data), "--listen", f"127.0.0.1:{self.port}", "--key-file",
                                             str(house.key), "--clock", house.clock], stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def __enter__(self):
        until = time.monotonic() + 20
        while time.monotonic() < until and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                self.sign_in()
                return self
            except OSError:
                time.sleep(0.02)
        raise steps.Broken("what was restored is not served: " + (self.house.base / "log-restored").read_text()[-400:])

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)

    def sign_in(self):
        """The restored vault knows only the codes used before the backup: this half minute's is good, or the next one's."""
        self.coo, account = client.Browser(self.port), self.house.accounts["coo2"]
        self.coo.cookies = dict(self.house.sessions["coo2"])
        if self.coo.get("/cases").status == 200:
            raise steps.Broken("a session came out of the backup")
        self.coo.cookies = {}
        reply = self.tries(self.coo, "coo2")
        if reply.status != 303:
            raise steps.Broken(f"coo2 cannot sign in to what was restored: {reply.status}")

    def tries(self, who, login):
        account = self.house.accounts[login]
        for step in (0, 1):
            reply = who.post("/sign-in", [("login", login), ("password", PASSWORD), ("back", "/"),
                                          ("code", account.code_at(int(time.time()) // 30 + step))])
            if reply.status == 303:
                break
        return reply

    def get(self, path):
        return self.coo.get(path)


def lines_of(data):
    """Every row of a database, as text."""
    link = sqlite3.connect(f"file:{data}/rivage.db?mode=ro", uri=True, timeout=10)
    try:
        return [line for line in link.iterdump() if line.startswith("INSERT")]
    finally:
        link.close()


def without(lines, raw):
    return sorted(line for line in lines if raw.upper() not in line.upper() and "schema_migration" not in line)


def writing(house, case, stop, written):
    cmf = house.sign_in("cmf")
    while not stop.is_set():
        steps.file_form(cmf, case, "NOTE", {"text_plan": f"Written meanwhile {len(written)}"})
        written.append(1)


def saved_under_load(house, saver, case):
    stop, written = threading.Event(), []
    writer = threading.Thread(target=writing, args=(house, case, stop, written))
    writer.start()
    try:
        while not written:
            time.sleep(0.01)
        return saver.backup(), written
    finally:
        stop.set()
        writer.join()


def one_run(t, house, saver, number, older):
    mark = f"Her own words {number} {random.randrange(10**9)}"
    cmf = house.sign_in("cmf")
    case = steps.refer(cmf)
    steps.file_form(cmf, case, "NOTE", {"text_plan": mark})
    steps.file_form(cmf, case, "CLO", {"reason": "NOT_ELIGIBLE", "legal_hold": "NO"})
    coo = house.sign_in("coo2")
    steps.wanted(steps.move(coo, case, "close-early"), 303, "close")
    other = steps.refer(cmf)
    steps.file_form(cmf, other, "NOTE", {"text_plan": "Stays " + mark})
    for login in ("coo2", "dpo"):
        house.sign_in(login)
    code = re.search(r'<bdi dir="ltr">([0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{2,3})</bdi>', coo.get(f"/cases/{case}").text)[1]
    raw, before, written = privacy.case_bytes(case), lines_of(house.data), None
    if number % 2:
        backup, written = saved_under_load(house, saver, other)
    else:
        backup = saver.backup()
    after = lines_of(house.data)
    held = saver.base / "ring-held"
    shutil.rmtree(held, ignore_errors=True)
    shutil.copytree(saver.ring, held)
    privacy.erase(house, code)
    saver.days_pass(0)
    t.count("the ring of today has her tombstone: she does not open", still_closed(t, house, saver, backup, saver.ring, case, other))
    still_open(t, house, saver, backup, held, case, other, mark)
    saver.days_pass(36)
    t.count("one copy is left in the ring", len(list(saver.ring.iterdir())) == 1, list(saver.ring.iterdir()))
    t.count("once the ring has passed she does not open", still_closed(t, house, saver, backup, saver.ring, case, other))
    if older:
        which = random.choice(older)
        t.count("nor those erased before, from their backups", still_closed(t, house, saver, which[0], saver.ring, which[1], None))
    data, said = saver.restore(backup, saver.ring, "restored")
    t.count("heads agree with the vault", ", 0 of a state the vault does not know" in said.stdout, said.stdout)
    there = without(lines_of(data), raw)
    if written is None:
        t.count("everything else is byte for byte as it was", there == without(before, raw), f"{len(there)} rows, {len(before)} before")
    else:
        kept = set(there)
        records = [line for line in without(before, raw) if 'INTO "record"' in line or "INTO record" in line]
        t.count("no record is missing", records and all(line in kept for line in records), len(records))
        t.count("and each row was there", kept <= set(without(after, raw)) | {line for line in kept if "kase" in line or "change" in line})
    t.count("nothing of her is in the restored database", not any(raw.upper() in line.upper() for line in lines_of(data)))
    return backup, case


def still_open(t, house, saver, backup, ring, case, other, mark):
    data, said = saver.restore(backup, ring, "restored")
    with Served(house, data) as served:
        page = served.get(f"/cases/{case}")
        t.count("while the ring holds her key she opens from the backup", page.status == 200, f"{page.status} {said.stdout}")
        records = set(re.findall(rf"/cases/{case}/records/([0-9a-z]{{26}})", page.text))
        t.count("to her very words", any(mark in served.get(f"/cases/{case}/records/{r}").text for r in records), len(records))
        t.count("and the other", served.get(f"/cases/{other}").status == 200)
        locked(t, served, said)


def locked(t, served, said):
    """A backup does not know who was withdrawn since: whoever is not a coordinator waits until one of them has looked."""
    page, cmf = served.get("/accounts"), client.Browser(served.port)
    t.count("the restore says how many accounts wait", re.search(r"locked    [1-9][0-9]* accounts", said.stdout), said.stdout)
    t.count("so does the page of accounts", "locked since a restore" in page.text and "Locked since a restore" in page.text)
    t.count("a case manager does not come in", served.tries(cmf, "cmf").status == 422)
    address = re.search(r'href="(/accounts/\w{26})"[^<]*<bdi>[^<]*</bdi></a>(?:(?!</tr>).)*?>cmf<', page.text, re.S)[1]
    t.count("unlocked", served.coo.post(f"{address}/unlock", [("csrf", served.get(address).hidden("csrf"))]).status == 303)
    t.count("she does", served.tries(cmf, "cmf").status == 303)
    t.count("and waits no more", "since a restore" not in served.get(address).text)


def still_closed(t, house, saver, backup, ring, case, other):
    data, said = saver.restore(backup, ring, "restored")
    with Served(house, data) as served:
        her, rest = served.get(f"/cases/{case}"), other and served.get(f"/cases/{other}")
        return her.status == 404 and "0 files of this backup erased again" not in said.stdout and (not rest or rest.status == 200)


def refusals(t, house, saver):
    """What cannot be trusted is refused, and says so by its exit code."""
    cmf = house.sign_in("cmf")
    steps.refer(cmf)
    backup = saver.backup()
    good = backup.read_bytes()
    t.same("a good one is taken", saver.run("backup", "verify", backup, *saver.shares).returncode, 0)
    t.same("with keys, its heads are opened", saver.run("backup", "verify", backup, *saver.shares, "--key-file", house.key, "--with-ring",
                                                        saver.ring).returncode, 0)
    bad = saver.base / "bad"
    for _ in range(40):
        at = random.randrange(len(good))
        bad.write_bytes(good[:at] + bytes([good[at] ^ 1 << random.randrange(8)]) + good[at + 1:])
        t.count(f"a bit changed at {at}", saver.run("backup", "verify", bad, *saver.shares, code=None).returncode == 6)
    for cut in [0, 1, 366, 367, 391, len(good) - 1, len(good) - 17, *(random.randrange(len(good)) for _ in range(10))]:
        bad.write_bytes(good[:cut])
        t.count(f"cut at {cut}", saver.run("backup", "verify", bad, *saver.shares, code=None).returncode == 6)
    chunk = 65536 + 17
    a, b = 391, 391 + chunk
    if len(good) > b + chunk:
        bad.write_bytes(good[:a] + good[b:b + chunk] + good[a:b] + good[b + chunk:])
        t.same("two chunks swapped", saver.run("backup", "verify", bad, *saver.shares, code=None).returncode, 6)
    second = saver.backup().read_bytes()
    bad.write_bytes(good[:367] + second[367:])
    t.same("the head of one, the content of another", saver.run("backup", "verify", bad, *saver.shares, code=None).returncode, 6)
    t.same("two shares are not enough", saver.run("backup", "verify", backup, *saver.shares[:2], code=None).returncode, 6)
    saver.run("ceremony", "new", "--out", saver.base / "foreign")
    foreign = [saver.base / f"foreign/share-{i}.txt" for i in (1, 2, 3)]
    t.same("nor those of another key", saver.run("backup", "verify", backup, *foreign, code=None).returncode, 6)
    t.same("no such file", saver.run("backup", "verify", saver.base / "none", *saver.shares, code=None).returncode, 4)
    t.same("nothing is written over", saver.run("backup", house.data, backup, "--key-file", house.key, code=None).returncode, 5)
    t.same("only into an empty directory", saver.run("restore", backup, house.data, *saver.shares, "--key-file", house.key, "--with-ring",
                                                     saver.ring, code=None).returncode, 5)
    other = saver.base / "otherkey"
    other.write_text("a passphrase of another house\n")
    target, said = saver.restore(backup, saver.ring, "restored")
    t.check("the report names what was found", all(w in said.stdout for w in ("audit", "heads", "tombstones", "signed")), said.stdout)
    shutil.rmtree(target)
    wrong = saver.run("restore", backup, target, *saver.shares, "--key-file", other, "--with-ring", saver.ring, code=None)
    t.check("another key file is refused, and leaves nothing", wrong.returncode == 7 and not any(target.iterdir()), wrong.returncode)
    t.same("without the ring nothing is restored by mistake", saver.run("restore", backup, target, *saver.shares, "--key-file", house.key,
                                                                     code=None).returncode, 2)
    lost = saver.run("restore", backup, target, *saver.shares, "--key-file", house.key, "--accept-loss", code=None)
    t.check("and knowingly, no file of it opens", lost.returncode == 0 and "heads     0 opened" in lost.stdout, lost.stdout)
    t.check("no shred key is in a backup", not list(target.glob("vault/keys-*")) and (target / "vault/keys").stat().st_size == 123)


def told(t, house, saver):
    """The audit log tells of each backup, made or failed, and of none twice; a stopped vault writes it when it is open again."""
    def lines():
        shown = saver.run("audit", "show", house.data).stdout.splitlines()
        return [line.split("\t")[3:8] for line in shown if "\tbackup." in line]

    def of(action, number=None):
        return [line for line in lines() if line[0] == action and number in (None, line[1])]

    failed = len(of("backup.failed"))
    out = saver.base / "told"
    said = saver.run("backup", house.data, out, "--key-file", house.key)
    number = re.search(r"number    (\w{26})", said.stdout)[1]
    entries = re.search(r"audit     (\d+) entries", said.stdout)[1]
    made = of("backup.made", number)
    t.check("a backup is told, with the entries that are in it", len(made) == 1 and made[0][3:] == ["done", entries], made)
    t.check("and the command says so", "told      in the audit log" in said.stdout, said.stdout)
    saver.run("backup", house.data, saver.base / "nowhere/backup", "--key-file", house.key, code=None)
    t.check("a failed one is told as failed, not as made", len(of("backup.failed")) == failed + 1 and len(of("backup.made", number)) == 1)
    saver.run("backup", "verify", out, *saver.shares, "--key-file", house.key, "--with-ring", saver.ring, "--tell", house.data)
    t.same("a check of it is told", len(of("backup.verified", number)), 1)
    bad = saver.base / "told-bad"
    bad.write_bytes(out.read_bytes()[:-1])
    saver.run("backup", "verify", bad, *saver.shares, "--key-file", house.key, "--tell", house.data, code=6)
    t.same("one that cannot be restored is told as that", len(of("backup.unsound", number)), 1)
    t.check("no note is left", not list((house.data / "vault").glob("told.*")))
    house.stop()
    said = saver.run("backup", house.data, saver.base / "told-2", "--key-file", house.key)
    second = re.search(r"number    (\w{26})", said.stdout)[1]
    t.check("with the vault stopped it is made, and says that it waits", "told      not yet" in said.stdout and not of("backup.made", second),
            said.stdout)
    kept = (house.data / "vault/told.0").read_bytes()
    for place in range(1, 16):
        (house.data / f"vault/told.{place}").write_bytes(b"in the way")
    full = saver.run("backup", house.data, saver.base / "told-3", "--key-file", house.key)
    t.check("what cannot be told does not fail the backup, and is said", full.returncode == 0 and (saver.base / "told-3").exists() and
            "is NOT TOLD of it" in (saver.base / "log-commands").read_text()[-300:])
    for place in range(2, 16):
        (house.data / f"vault/told.{place}").unlink()
    house.start()
    wait(lambda: not list((house.data / "vault").glob("told.*")))
    t.same("open again, the vault tells it", len(of("backup.made", second)), 1)
    t.same("a note that nobody here wrote is told as such, once", len(of("backup.unknown")), 1)
    (house.data / "vault/told.3").write_bytes(kept)
    wait(lambda: not list((house.data / "vault").glob("told.*")))
    t.same("a note that comes again is not told again", len(of("backup.made", second)), 1)
    page = house.sign_in("dpo").get("/admin/check").text
    t.check("the page of the installation tells of it", "Newest backup in the audit log:" in page and "A backup of the last three" in page)
    doctor = saver.run("doctor", "--data", house.data, "--key-file", house.key, code=None).stdout
    t.check("so does doctor", "good backup" in doctor and ", 0 hours ago" in doctor, doctor[-300:])


def from_shares(t, house, saver):
    """Every coordinator is lost: three shares make one, everyone is told, and the link does not work before three days."""
    backup = saver.backup()
    data, _ = saver.restore(backup, saver.ring, "lost")
    words = ("ceremony", "coordinator", data, "--key-file", house.key, "--login", "shares", "--name", "Made From Shares", "--office", "PARIS")

    def make(shares, typed):
        return subprocess.run([program(), *map(str, words), *map(str, shares)], input=typed, text=True, capture_output=True)

    early = make(saver.shares, "shares\n")
    t.check("before a coordinator came after the ceremony there is nothing to open", early.returncode == 5 and
            "must sign in once" in early.stderr, early.stderr[-300:])
    doctor = saver.run("doctor", "--data", data, "--key-file", house.key, code=None).stdout
    t.check("doctor says so", re.search(r"[1-9]\d* keys of groups are not sealed", doctor), doctor[-300:])
    with Served(house, data) as served:  # coo2 signs in
        t.check("now they are sealed", served.coo.get("/accounts").status == 200)
    doctor = saver.run("doctor", "--data", data, "--key-file", house.key, code=None).stdout
    t.check("and doctor says that", re.search(r"\b0 keys of groups are not sealed", doctor), doctor[-300:])
    t.same("another word than the login: nothing is made", make(saver.shares, "no\n").returncode, 5)
    t.same("two shares: neither", make(saver.shares[:2], "shares\n").returncode, 6)
    made = make(saver.shares, "shares\n")
    link = re.search(r"link      (/welcome\?c=\S+)", made.stdout)
    t.check("three shares make one", made.returncode == 0 and link and "missing" not in made.stdout, made.stdout + made.stderr[-300:])
    t.check("who else could is said, with the day", re.search(r"coo2 +last signed in 20", made.stderr), made.stderr[-400:])
    shown = saver.run("audit", "show", data).stdout
    t.check("the log tells of it, and of what was refused", shown.count("\trecovery.coordinator\t") == 4 and
            shown.count("recovery.coordinator") == 4, shown[-600:])
    with Served(house, data) as served:
        page = served.get("/accounts").text
        t.check("it stands on top of the accounts", page.index("made from the shares of the recovery key") < page.index("<table"))
        t.check("an alert tells of it", "made from the shares of the recovery key: Made From Shares" in
                re.sub("<[^>]*>", "", served.get("/alerts").text))
        stranger = client.Browser(served.port)
        t.check("the link does not work yet", stranger.get(link[1]).status in (404, 410) or "Made From Shares" not in stranger.get(link[1]).text)
    drill = subprocess.run([str(HERE.parent / "tools/drill.sh"), str(saver.backup()), str(saver.ring), str(house.key), *map(str, saver.shares)],
                           env=dict(os.environ, RIVAGE=str(program()), COORDINATOR="PARIS"), capture_output=True, text=True)
    t.check("the drill of a house where no coordinator came since the ceremony says so", drill.returncode == 1 and
            "a coordinator from shares FAILED" in drill.stderr, drill.stderr[-300:])
    again = saver.base / "sealed"
    saver.run("backup", data, again, "--key-file", house.key, "--with-ring", saver.base / "ring-lost")
    drill = subprocess.run([str(HERE.parent / "tools/drill.sh"), str(again), str(saver.base / "ring-lost"), str(house.key),
                            *map(str, saver.shares)], env=dict(os.environ, RIVAGE=str(program()), COORDINATOR="PARIS"), capture_output=True,
                           text=True)
    t.check("the drill ends with a coordinator", drill.returncode == 0 and "a coordinator from shares" in drill.stdout, drill.stderr[-300:])
    shutil.rmtree(data)


def wait(there):
    until = time.monotonic() + 10
    while not there() and time.monotonic() < until:
        time.sleep(0.05)


def unsealed(folder):
    """Files below it that hold a database, a keyring or a store as it is."""
    return [f for f in folder.rglob("*") if f.is_file() and not f.name.startswith("log") and
            (f.read_bytes()[:15] == b"SQLite format 3" or f.name in ("keyring", "store"))]


def held_up(saver, fifo, there, *words, env=None):
    """A command that waits at this pipe, with its copy on the disk."""
    fifo.unlink(missing_ok=True)
    os.mkfifo(fifo, 0o600)
    with open(saver.base / "log-commands", "ab") as log:
        process = subprocess.Popen([program(), *map(str, words)], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   env=dict(os.environ, **env or {}))
    until = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < until and not there():
        time.sleep(0.01)
    time.sleep(0.3)
    if process.poll() is not None:
        raise steps.Broken(f"{words[0]} did not wait: {process.returncode}")
    return process


def written(path):
    """When; None: it is not there."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return None


def killed(t, house, saver):
    """A command that is killed leaves nothing unsealed where others look, and the next one cleans."""
    box, copy = saver.base / "killed", house.data / "vault/backup.copy"
    box.mkdir()
    out, public, kept = box / "backup", house.data / "vault/audit.pub", saver.base / "audit.pub"
    words = ("backup", house.data, out, "--key-file", house.key)
    shutil.move(public, kept)
    for end in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
        before = written(copy)  # what a run that was killed left
        process = held_up(saver, public, lambda: unsealed(box) or written(copy) not in (None, before), *words)
        beside, mode = unsealed(box), copy.exists() and copy.stat().st_mode & 0o777
        t.check("while it runs nothing unsealed stands beside the backup", not beside, beside)
        t.check("the copy is its owner's alone", mode == 0o600, mode)
        t.same("and it runs alone", saver.run("backup", house.data, box / "second", "--key-file", house.key, code=None).returncode, 5)
        process.send_signal(end)
        t.same("it was killed", process.wait(20), -end)
        t.check(f"{end.name}: nothing unsealed beside the backup", not unsealed(box), unsealed(box))
        if end == signal.SIGKILL:
            t.check("what is left is inside the data directory", copy.exists() and [f.name for f in box.iterdir()] == ["backup.part"])
        else:
            left = [f.name for f in (house.data / "vault").iterdir() if "copy" in f.name] + [f.name for f in box.iterdir()]
            t.check(f"{end.name}: nothing at all", not left, left)
    public.unlink()
    shutil.move(kept, public)
    copy.write_text("left by a run that was killed\n")
    saver.run(*words)
    t.check("the next one cleans", not copy.exists() and out.stat().st_mode & 0o777 == 0o600, oct(out.stat().st_mode))
    tmp, key = box / "tmp", box / "key"
    tmp.mkdir(mode=0o755)
    verify = ("backup", "verify", out, *saver.shares, "--key-file")
    process = held_up(saver, key, lambda: unsealed(tmp), *verify, key, "--with-ring", saver.ring, env={"TMPDIR": str(tmp)})
    t.check("what is tried lies in a folder of its owner's alone", unsealed(tmp) and
            all(f.stat().st_mode & 0o77 == 0 for f in tmp.rglob("*")), [oct(f.stat().st_mode) for f in tmp.rglob("*")])
    process.send_signal(signal.SIGTERM)
    t.same("trying it was ended", process.wait(20), -signal.SIGTERM)
    t.check("and left no file", not [f for f in tmp.rglob("*") if f.is_file()])
    process = held_up(saver, key, lambda: unsealed(tmp), *verify, key, "--with-ring", saver.ring, env={"TMPDIR": str(tmp)})
    process.kill()
    process.wait(20)
    said = subprocess.run([program(), *map(str, verify), str(house.key), "--with-ring", str(saver.ring)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=dict(os.environ, TMPDIR=str(tmp)))
    t.same("after one that was killed the next goes on", said.returncode, 0)
    t.check("and cleans", not [f for f in tmp.rglob("*") if f.is_file()], list(tmp.rglob("*")))
    shutil.rmtree(box)


def main():
    runs = 0 if "--short" in sys.argv else 200 if "--all" in sys.argv else 5
    t = Report()
    with House("sqlite", unlimited=True) as house:
        for login in ("cmf", "coo2", "dpo"):
            house.sign_in(login)
        saver = Saver(house)
        t.run("refusals", refusals, house, saver)
        t.run("told", told, house, saver)
        t.run("from shares", from_shares, house, saver)
        t.run("killed", killed, house, saver)
        older = []
        t.part = "backup, erase, restore"
        for number in range(runs):
            try:
                older.append(one_run(t, house, saver, number, older))
                t.check(f"run {number}", True)
            except Exception as e:  # noqa: BLE001
                t.check(f"run {number}", False, f"{type(e).__name__}: {e}")
            for backup, _ in older[:-5]:
                backup.unlink(missing_ok=True)
            older = older[-5:]
        t.part = ""
        t.check("the audit log is whole", house.audit().returncode == 0)
        log = "".join(f.read_text() for f in (house.log, house.base / "log-restored") if f.exists())
        t.check("the logs tell of no fault", " error " not in log, log[-600:])
        t.check("the logs name nobody", not any(w in log for w in ("Osagie", "Blessing", "Her own words")))
    t.end()


main()
