#!/usr/bin/env python3
"""The audit log, tampered with: audit_tamper.py [--all]

A house is lived in for a moment and stopped.  Copies of its log are then changed by chance (bytes changed, dropped or
put in; entries dropped, swapped, doubled, taken from elsewhere in the log): `rivage audit verify` must find each one.
What a cut at the end leaves is a whole log: it must be found with --against a checkpoint kept elsewhere.
A witness countersigns a log that only grew and refuses one written anew from an earlier copy, with the log's own key.
200 changes; 1,000 with --all, and every place to cut at."""
import pathlib
import random
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "http"))

import steps  # noqa: E402
from house import House, program  # noqa: E402
from report import Report  # noqa: E402

ENTRY = 160


def verify(folder, *more):
    said = subprocess.run([program(), "audit", "verify", str(folder), *map(str, more)], check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return said.returncode, said.stdout


def change_bytes(rng, log):
    log = bytearray(log)
    for _ in range(rng.choice((1, 1, 1, 2, 8))):
        at = rng.randrange(len(log))
        log[at] ^= rng.randrange(1, 256)
    return bytes(log)


def change_bit(rng, log):
    at = rng.randrange(len(log))
    return log[:at] + bytes([log[at] ^ 1 << rng.randrange(8)]) + log[at + 1 :]


def drop_bytes(rng, log):
    at, n = rng.randrange(len(log) - 40), rng.randrange(1, 40)
    return log[:at] + log[at + n :]


def put_bytes(rng, log):
    at = rng.randrange(len(log))
    return log[:at] + rng.randbytes(rng.randrange(1, 40)) + log[at:]


def entries(log):
    return [log[i : i + ENTRY] for i in range(0, len(log), ENTRY)]


def drop_entries(rng, log):
    rows = entries(log)
    at = rng.randrange(len(rows) - 1)
    del rows[at : at + rng.randrange(1, max(2, min(10, len(rows) - at)))]
    return b"".join(rows)


def swap_entries(rng, log):
    rows = entries(log)
    a, b = rng.sample(range(len(rows)), 2)
    rows[a], rows[b] = rows[b], rows[a]
    return b"".join(rows)


def double_entry(rng, log):
    rows = entries(log)
    at = rng.randrange(len(rows))
    return b"".join(rows[: at + 1] + rows[at:])


def move_entry(rng, log):
    rows = entries(log)
    row = rows.pop(rng.randrange(len(rows)))
    rows.insert(rng.randrange(len(rows) + 1), row)
    return b"".join(rows)


def swap_bytes(rng, log):
    log = bytearray(log)
    a, b = rng.sample(range(len(log)), 2)
    log[a], log[b] = log[b], log[a]
    return bytes(log)


def overwrite(rng, log):
    """A part of the log over another."""
    n = rng.randrange(1, 400)
    a, b = rng.randrange(len(log) - n), rng.randrange(len(log) - n)
    return log[:b] + log[a : a + n] + log[b + n :]


CHANGES = [change_bytes, change_bytes, change_bit, drop_bytes, put_bytes, drop_entries, swap_entries, swap_entries, double_entry,
           move_entry, swap_bytes, overwrite]


def live_a_little(house):
    cmf, coo = house.sign_in("cmf"), house.sign_in("coo2")
    case = steps.refer(cmf)
    for i in range(60):
        steps.file_form(cmf, case, "NOTE", {"text_plan": f"Note {i}"})
        coo.get("/cases")
        coo.get(f"/cases/{case}/contact")


def changes(t, folder, whole, count, rng):
    log, missed, done = folder / "vault/audit", {}, {}
    while sum(done.values()) < count:
        change = CHANGES[sum(done.values()) % len(CHANGES)]
        other = change(rng, whole)
        if other == whole:
            continue
        log.write_bytes(other)
        code, said = verify(folder)
        done[change.__name__] = done.get(change.__name__, 0) + 1
        good = code != 0 and ("NOT WHOLE" in said or "rivage:" in said)
        t.count(f"found: {change.__name__.replace('_', ' ')}", good, f"exit {code}: {said}")
        missed[change.__name__] = missed.get(change.__name__, 0) + (not good)
    log.write_bytes(whole)
    print("# " + ", ".join(f"{k.replace('_', ' ')} {v}" for k, v in sorted(done.items())), flush=True)


def checkpoints(t, folder, count, rng):
    notes = folder / "vault/audit.checkpoints"
    whole = notes.read_bytes()
    for _ in range(count):
        other = change_bit(rng, whole)
        notes.write_bytes(other)
        code, said = verify(folder)
        t.count("found: a checkpoint changed", code != 0, f"exit {code}: {said}")
    notes.write_bytes(whole)


def cuts(t, folder, whole, kept, rng, everything):
    """Cut anywhere, with all checkpoints cut to fit: alone it may pass; against one kept elsewhere never."""
    log, notes = folder / "vault/audit", folder / "vault/audit.checkpoints"
    signed = notes.read_text().split("\n\n")  # each note is two parts
    texts = notes.read_text()
    places = list(range(0, len(whole), ENTRY)) + rng.sample(range(1, len(whole)), 60)
    if not everything:
        places = rng.sample(places, min(len(places), 140)) + [0, len(whole) - ENTRY, len(whole) - 1]
    alone = 0
    for place in places:
        log.write_bytes(whole[:place])
        fit = fitting(texts, place // ENTRY)
        for what, text in (("the checkpoints left", texts), ("the checkpoints cut to fit", fit)):
            notes.write_text(text)
            code, said = verify(folder, "--against", kept)
            t.count(f"found: cut at byte {place}, {what}", code != 0, f"exit {code}: {said}")
        alone += verify(folder)[0] == 0
    log.write_bytes(whole)
    notes.write_text(texts)
    print(f"# {len(places)} cuts, {alone} of which look whole alone; {len(signed) - 1} checkpoints", flush=True)


def fitting(texts, size):
    """The checkpoints of the first `size` entries."""
    kept, lines = [], texts.split("\n")
    for i in range(0, len(lines) - 5, 6):
        if int(lines[i + 1]) <= size:
            kept += lines[i : i + 6]
    return "\n".join(kept) + "\n" if kept else ""


def last_checkpoint(texts):
    lines = texts.rstrip("\n").split("\n")
    return "\n".join(lines[-5:]) + "\n"


def run(*words, given=None):
    said = subprocess.run([program(), *map(str, words)], check=False, text=True, input=given, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    return said.returncode, said.stdout, said.stderr


def witness(t, base, log, forged):
    """A witness countersigns what only grew; the log of another life, signed by the same key, it refuses."""
    state, key = base / "witness", base / "witness.pub"
    code, said, _ = run("witness", "new", state, "witness.example/1")
    key.write_text(said)
    t.check("a witness is made", code == 0 and said.startswith("witness.example/1+"), said)
    t.same("its key is for itself alone", (state / "key").stat().st_mode & 0o777, 0o600)
    t.same("it learns the key of the log", run("witness", "trust", state, log / "vault/audit.pub")[0], 0)
    t.same("once", run("witness", "trust", state, log / "vault/audit.pub")[0], 5)
    ask = run("audit", "request", log)[1]
    code, signed, _ = run("witness", "sign", state, "-", given=ask)
    kept = base / "countersigned"
    kept.write_text(signed)
    t.check("it countersigns", code == 0 and signed.count("\n\u2014 ") == 2, signed)
    code, said = verify(log, "--against", kept, "--witness", key)
    t.check("the log fits, and carries its signature", code == 0 and "countersigned by witness.example/1" in said, said)
    kept.write_text(last_checkpoint((log / "vault/audit.checkpoints").read_text()))
    t.same("without it: said", verify(log, "--against", kept, "--witness", key)[0], 6)
    code, _, said = run("witness", "sign", state, "-", given=ask)
    size = signed.split("\n")[1]
    t.check("a request from elsewhere: told where it stands", code == 5 and size in said, said)
    t.same("from there: again", run("witness", "sign", state, "-", given=run("audit", "request", log, "--old", size)[1])[0], 0)
    code, out, said = run("witness", "sign", state, "-", given=run("audit", "request", forged, "--old", size)[1])
    t.check("a log written anew by who has its key: refused", code == 6 and not out and "written anew" in said, (code, said))
    t.same("no request: refused", run("witness", "sign", state, "-", given="old x\n\n")[0], 6)


def main():
    everything = "--all" in sys.argv
    rng = random.Random(0 if not everything else None)
    t = Report()
    with House(unlimited=True) as house:
        house.stop()
        shutil.copytree(house.data, house.base / "early")
        house.start()
        live_a_little(house)
        house.stop()
        folder = house.base / "copy"
        (folder / "vault").mkdir(parents=True)
        for name in ("audit", "audit.checkpoints", "audit.pub"):
            shutil.copy(house.data / "vault" / name, folder / "vault" / name)
        whole = (folder / "vault/audit").read_bytes()
        kept = house.base / "kept-elsewhere"
        kept.write_text(last_checkpoint((folder / "vault/audit.checkpoints").read_text()))
        code, said = verify(folder)
        t.check("control: the log is whole", code == 0 and "the log is whole" in said, said)
        code, said = verify(folder, "--against", kept)
        t.check("control: and fits the checkpoint kept elsewhere", code == 0, said)
        t.check("control: it is long enough", len(whole) > 200 * ENTRY, len(whole) // ENTRY)
        changes(t, folder, whole, 1000 if everything else 200, rng)
        checkpoints(t, folder, 100 if everything else 20, rng)
        cuts(t, folder, whole, kept, rng, everything)
        code, said = verify(folder, "--against", kept)
        t.check("control: put back, it is whole", code == 0, said)
        shutil.rmtree(house.data)  # an earlier copy of all there is, and another life from there on
        shutil.copytree(house.base / "early", house.data)
        house.sessions.clear()
        house.start()
        for _ in range(2):
            live_a_little(house)
        house.stop()
        code, said = verify(house.data)
        t.check("alone, a log written anew by who has its key is whole", code == 0, said)
        witness(t, house.base, folder, house.data)
    t.end()


main()
