#!/usr/bin/env python3
"""Bad input at every field of every form: naughty.py [--all] [sqlite|postgresql] [FORM]

Each try is one post.  It must end in one of two ways: a 4xx page that shows the form again with the value kept and the
field marked, or a record that reads back exactly what was typed.  Never a 5xx, never a part of a record.  The sample
(about 1,500 posts) takes every kind at every form; --all takes every kind at every field, every text at every type."""
import pathlib
import random
import sqlite3
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "http"))

import strings  # noqa: E402
from doors import Town, all_doors, kept  # noqa: E402
from fields import all_fields, plain  # noqa: E402
from house import House, TODAY  # noqa: E402
from report import Report  # noqa: E402

SAMPLE = 1500
SEED = 20261124  # the sample is the same every day; --all is everything
BLANK = " \t\n\v\f\r"
TEXTS = {"text", "phone", "email", "integer", "money", "date"}
TYPED = {"text"}  # kept as typed; the others are made plain


def kinds(f):
    """(kind, value, outcome): outcome is refuse, accept or either."""
    kind, size = f["type"], f.get("max", 200)
    tries = [("NUL", b"a\0b", "refuse"), ("invalid UTF-8", b"a\xff\xfe\xc3(b", "refuse"), ("half a character", b"a\xe2\x82", "refuse")]
    tries += [("a bidi override", "abc\u202edef", "either" if kind == "text" and f.get("appearance") == "multiline" else "refuse")]
    if f.get("required"):
        tries += [("missing", None, "refuse"), ("blank", " \t ", "refuse")]
    if kind == "text":
        if size < 60000:
            tries += [("too long", "é" * (size + 1), "refuse"), ("as long as can be", "é" * size, "either")]
        tries += [("several lines", "a\r\nb", "either")]
    elif kind == "date":
        tries += [(f"impossible date {d}", d, "refuse") for d in ("2018-02-30", "2018-13-01", "2018-00-10", "1700-01-01", "9999-12-31",
                                                                 "31/02/2018", "today", "2018-5", "20180231", "-2018-01-01")]
    elif kind in ("integer", "money"):
        tries += [(f"not a number {v!r}", v, "refuse") for v in ("abc", "1e3", "--1", "1.2.3", "0x10", "9" * 40, "-" + "9" * 40, "½")]
        if kind == "integer":
            tries += [("a fraction", "1.5", "refuse")]
    elif kind == "phone":
        tries += [(f"not a number {v!r}", v, "refuse") for v in ("12", "+33 abc", "1" * 21, "()")]
    elif kind == "email":
        tries += [(f"not an address {v!r}", v, "refuse") for v in ("a", "a@", "@b.c", "a@b", "a b@c.d", "a@b.c@d.e", "<a@b.c>")]
    else:
        tries += [(f"unknown code {v!r}", v, "refuse") for v in ("NO_SUCH_CODE", "yes", "é" * 300, "<b>", "00")]
    return tries


class Counter:
    """Rows of records, to see that nothing was saved."""

    def __init__(self, house):
        self.house, self.link = house, None
        if not house.database:
            self.link = sqlite3.connect(f"file:{house.data}/rivage.db?mode=ro", uri=True, timeout=10)

    def __call__(self):
        if self.link:
            return self.link.execute("SELECT count(*) FROM record").fetchone()[0]
        return int(subprocess.run(["psql", "-At", "-c", "SELECT count(*) FROM record", self.house.database], check=True, text=True,
                                  stdout=subprocess.PIPE).stdout)


def shown(value):
    """How a value looks once a server has read it."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def same_text(a, b):
    return a.replace("\r\n", "\n").strip(BLANK) == b.replace("\r\n", "\n").strip(BLANK)


def judge(field, kind, value, outcome, reply, accepted, door, grew):
    """None, or what is wrong."""
    typed = shown(value) if value is not None else ""
    f = field.f
    if reply.status >= 500:
        return f"status {reply.status}"
    if accepted:
        if outcome == "refuse":
            return "was taken"
        if not grew:
            return "was taken but no record came of it"
        if f["type"] in TYPED and typed.strip(BLANK):
            if door.login and not any(same_text(typed, text) for text in door.read()):
                return f"reads back otherwise: {[t for t in door.read()][:12]}"
        return None
    if grew:
        return f"status {reply.status}, but something was saved"
    if not 400 <= reply.status < 500:
        return f"status {reply.status} to {reply.location}"
    if kind == "NUL":
        return None if reply.status == 400 else f"status {reply.status}"
    marked = f'id="f-{field.input}-e"' in reply.text or f'href="#f-{field.input}"' in reply.text
    ruled = reply.status in (409, 422) and 'role="alert"' in reply.text and 'class="emsg"' not in reply.text
    if reply.status not in (409, 422) or not (marked or (ruled and outcome != "refuse")):
        return f"status {reply.status}, the field is not marked: {reply.errors()[:2]}"
    if outcome == "accept" and not ruled:
        return "a right answer was refused"
    if f["type"] in TEXTS and value is not None and typed.strip(BLANK) and not (ruled and f["type"] not in TYPED):
        have = kept(reply, field.input)
        if have is None or not (same_text(have, typed) or ("\ufffd" in typed and "\ufffd" in have)):
            return f"the value is not kept: {have!r}"
    return None


def probes(doors, everything):
    """(door, field, kind, value, outcome), those of one door together."""
    texts, rng = strings.naughty(), random.Random(SEED)
    found = []
    for door in doors:
        seen_types = set()
        for number, field in enumerate(all_fields(door.code, door.fixed)):
            f = field.f
            tries = [("a plain answer", plain(f), "accept")] + kinds(f)
            if f["type"] in TEXTS:
                full = f["type"] not in seen_types and door.code in ("F01", "F07", "NOTE", "F09", "PAY", "COST")
                seen_types.add(f["type"])
                some = texts if full else [texts[(number * 37 + i * 23) % len(texts)] for i in range(12)]
                # "UNKNOWN" is the answer "I don't know" where that is offered, and has consequences of its own.
                tries += [("text", t, "either") for t in some if not (f.get("unknown") and t.strip(BLANK) == "UNKNOWN")]
            found.append((door, [(field, *t) for t in tries]))
    if everything:
        return [(door, p) for door, tries in found for p in tries]
    chosen, total = [], sum(len(tries) for _, tries in found)
    for door, tries in found:
        share = max(1, round(len(tries) * SAMPLE / total))
        chosen += [(door, p) for p in rng.sample(tries, min(share, len(tries)))]
    return chosen


def main():
    words = [w for w in sys.argv[1:] if not w.startswith("--")]
    database = next((w for w in words if w in ("sqlite", "postgresql")), "sqlite")
    only = next((w for w in words if w not in ("sqlite", "postgresql")), "")
    t = Report()
    t.check("there are 500 texts", len(strings.naughty()) >= 500, len(strings.naughty()))
    with House(database, unlimited=True) as house:
        doors = [d for d in all_doors(Town(house)) if only in ("", d.code)]
        count, at, tried = Counter(house), None, 0
        before = count()
        for door, (field, kind, value, outcome) in probes(doors, "--all" in sys.argv or bool(only)):
            if door is not at:
                if at:
                    print(f"# {at.name}: {tried} posts", flush=True)
                at, tried = door, 0
            door.open()
            door.path()
            pairs = field.pairs()
            if kind in ("missing", "blank") and field.alone(pairs):
                outcome = "either"  # without it the row is empty, and an empty row is none
            if kind == "missing" and door.version and field.hidden(pairs):
                outcome = "accept"  # the page of a correction did not show it, so it stays as it was
            for v in value if isinstance(value, list) else [value]:
                if v is not None:
                    pairs.append((field.input, v))
            before = count()
            reply, accepted = door.post(pairs)
            wrong = judge(field, kind, value if not isinstance(value, list) else None, outcome, reply, accepted, door,
                          count() != before)
            tried += 1
            t.count(f"{door.name}, {field.input}: {kind} {value!r:.60}", not wrong, wrong)
        print(f"# {at.name}: {tried} posts", flush=True)
        log = house.log.read_text()
        t.check("the logs tell of no fault", " error " not in log, log[-400:])
        t.check("the audit log is whole", house.audit().returncode == 0)
    t.end()


main()
