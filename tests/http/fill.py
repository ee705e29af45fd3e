"""Plausible answers for any form of forms/*.json, as the pairs a browser would post.

Given answers win; every field that is required and relevant gets one.  Conditions are judged as the program does, so
what is not asked is not sent.  Answers are invented."""
import datetime
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
_forms, _lists = {}, {}


def form(code):
    if code not in _forms:
        _forms[code] = json.loads((ROOT / "forms" / f"{code}.json").read_text())
    return _forms[code]


def codes(name):
    if name not in _lists:
        listed = json.loads((ROOT / "data" / "codes" / f"{name}.json").read_text())
        _lists[name] = [c["code"] for c in listed["codes"]]
    return _lists[name]


def fields(code):
    return [f for s in form(code)["sections"] for f in s["fields"]]


def _value(text, today):
    if text.startswith("today"):
        shift = int(text[5:] or 0)
        return (datetime.date.fromisoformat(today) + datetime.timedelta(days=shift)).isoformat()
    return text


def holds(cond, answers, row, today):
    if not cond:
        return True
    if "and" in cond:
        return all(holds(c, answers, row, today) for c in cond["and"])
    if "or" in cond:
        return any(holds(c, answers, row, today) for c in cond["or"])
    have = row.get(cond["field"]) if row and cond["field"] in row else answers.get(cond["field"])
    want, op = _value(str(cond.get("value", "")), today), cond["op"]
    empty = have in (None, "", [])
    if op == "empty":
        return empty
    if op == "not_empty":
        return not empty
    if op == "selected":
        return not empty and want in have
    if op == "not_selected":
        return empty or want not in have
    if empty:
        return op == "!="
    if op in ("=", "!="):
        return (str(have) == want) == (op == "=")
    try:
        a, b = float(have), float(want)
    except ValueError:
        a, b = str(have), want
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op]


def _answer(f, today):
    kind = f["type"]
    if kind == "date":
        return today
    if kind == "integer":
        return str(f.get("min", 1) if f.get("min", 1) > 0 else 1)
    if kind == "money":
        return "100.00"
    if kind == "phone":
        return "+33 1 23 45 67 89"
    if kind == "email":
        return "service@example.org"
    if kind == "country":
        return "NG"
    if kind == "countries":
        return ["NG"]
    if kind == "lang":
        return "en"
    if kind == "langs":
        return ["en"]
    if kind == "select_one":
        return codes(f["choices"])[0]
    if kind == "select_multiple":
        return [codes(f["choices"])[0]]
    if f.get("max") == 5:  # an hour
        return "08:30"
    return "Exemple inventé."[: f.get("max", 200)]


def allowed(f, answers, row, today):
    """An answer that the field's own constraint accepts."""
    first = _answer(f, today)
    others = []
    if f["type"] == "select_one":
        others = codes(f["choices"])
    elif f["type"] == "select_multiple":
        others = [[c] for c in codes(f["choices"])]
    elif f["type"] == "date":
        others = [_value(f"today{days:+d}", today) for days in (1, -1, 7, -7, 30, -30, 400, -400)]
    elif f["type"] in ("integer", "money"):
        others = [str(n) for n in (0, 1, 2, 10, 100)]
    for answer in [first, *others]:
        if holds(f.get("constraint"), {**answers, **({} if row is not None else {f["name"]: answer})},
                 None if row is None else {**row, f["name"]: answer}, today):
            return answer
    return first


def _row(cells, given, answers, today):
    row = dict(given)
    for cell in cells:
        if cell["name"] in row or cell["type"] == "note" or not holds(cell.get("relevant"), answers, row, today):
            continue
        if cell.get("required"):
            row[cell["name"]] = allowed(cell, answers, row, today)
    return row


def fill(code, today, given=None):
    """The answers as a dictionary: strings, lists of strings, lists of rows, {code: row} for grids."""
    given = dict(given or {})
    answers = {}
    for f in fields(code):
        name = f["name"]
        if f["type"] == "note" or not holds(f.get("relevant"), answers, None, today):
            continue
        if f["type"] == "grid":
            rows = given.get(name, {})
            wanted = codes(f["choices"]) if f.get("required") else list(rows)
            answers[name] = {c: _row(f["fields"], rows.get(c, rows.get("*", {})), answers, today) for c in wanted}
        elif f["type"] == "repeat":
            rows = given.get(name, [{}] if f.get("required") else [])
            answers[name] = [_row(f["fields"], r, answers, today) for r in rows]
        elif name in given:
            answers[name] = given[name]
        elif f.get("required"):
            answers[name] = allowed(f, answers, None, today)
    unknown = set(given) - {f["name"] for f in fields(code)}
    if unknown:
        raise KeyError(f"{code} has no field {sorted(unknown)}")
    return answers


def pairs(answers):
    """What a browser posts for these answers."""
    out = []

    def put(name, value):
        if isinstance(value, list):
            out.extend((name, v) for v in value)
        elif value is not None:
            out.append((name, str(value)))

    for name, value in answers.items():
        if isinstance(value, dict):
            for code, row in value.items():
                for cell, v in row.items():
                    put(f"{name}.{code}.{cell}", v)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for i, row in enumerate(value):
                for cell, v in row.items():
                    put(f"{name}.{i}.{cell}", v)
        else:
            put(name, value)
    return out


def _other(f, today, taken):
    """Some answer that is none of `taken`; of those, one that the field's own constraint accepts."""
    if f["type"] == "select_one":
        left = [c for c in codes(f["choices"]) if c not in taken]
        own = f.get("constraint")
        good = [c for c in left if holds(own, {f["name"]: c}, None, today)]
        return (good or left)[0]
    if f["type"] == "select_multiple":
        return [next(c for c in codes(f["choices"]) if c not in taken)]
    return [{}] if f["type"] == "repeat" else _answer(f, today)


def asked(code, cond, today, row_cells=()):
    """Given answers under which a condition holds: of the form, and of the row; None when none is found."""
    given, row, fixed, taken = {}, {}, set(), {}
    known = {f["name"]: f for f in fields(code)}
    cells = {f["name"]: f for f in row_cells}

    def settle(c):
        if not c:
            return True
        if "and" in c:
            return all([settle(x) for x in c["and"]])
        if "or" in c:
            return any(settle(x) for x in c["or"])
        f, to = (cells[c["field"]], row) if c["field"] in cells else (known[c["field"]], given)
        want, op, name = _value(str(c.get("value", "")), today), c["op"], c["field"]
        if f.get("relevant") and not settle(f["relevant"]):
            return False
        many = f["type"] in ("select_multiple", "countries", "langs")
        if op in ("=", "selected"):
            to[name] = [want] if many else want
            fixed.add(name)
        elif op in ("!=", "not_selected", "not_empty"):
            taken.setdefault(name, set()).add(want)
            if name not in fixed:
                to[name] = _other(f, today, taken[name])
        elif op == "empty":
            to[name] = [] if many else ""
        elif f["type"] == "date":
            days = {"<": -30, "<=": 0, ">": 30, ">=": 0}[op]
            to[name] = (datetime.date.fromisoformat(want) + datetime.timedelta(days=days)).isoformat()
        else:
            to[name] = str(int(float(want)) + {"<": -1, "<=": 0, ">": 1, ">=": 0}[op])
        return True

    if not settle(cond):
        return None
    answers = fill(code, today, given)
    return (given, row) if holds(cond, answers, row, today) else None
