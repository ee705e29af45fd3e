"""Every field of a form, and the rest of that form filled so that the field is asked for."""
import random

import fill
from house import TODAY


def unique():
    """What two records may not share."""
    return "E" + "".join(random.choices("0123456789", k=12))


class Field:
    def __init__(self, form, f, outer=None):
        self.form, self.f, self.outer = form, f, outer
        row = "" if not outer else (fill.codes(outer["choices"])[0] if outer["type"] == "grid" else "0")
        self.input = f["name"] if not outer else f"{outer['name']}.{row}.{f['name']}"
        both = [c for c in ((outer or {}).get("relevant"), f.get("relevant")) if c]
        self.cond = {"and": both} if both else None

    def pairs(self):
        """A form that is right everywhere else, in which this field is asked for."""
        given, row = fill.asked(self.form, self.cond, TODAY, self.outer["fields"] if self.outer else ())
        (row if self.outer else given).setdefault(self.f["name"], plain(self.f))  # others may be asked because of it
        if self.outer:
            code = self.input.split(".")[1]
            given[self.outer["name"]] = {code: row, "*": {}} if self.outer["type"] == "grid" else [row]
        for name, value in {"PAY": {"line": "L1"}, "TRN": {"session": unique()}, "TRP": {"name": unique()}}.get(self.form, {}).items():
            if name != self.f["name"]:
                given.setdefault(name, value)
        answers = fill.fill(self.form, TODAY, given)
        if self.outer and self.outer["type"] == "grid" and not self.outer.get("required"):
            answers[self.outer["name"]] = {code: fill._row(self.outer["fields"], row, answers, TODAY)}
        return [(n, v) for n, v in fill.pairs(answers) if n not in (self.input, self.input + ".unknown")]

    def alone(self, pairs):
        """Whether nothing else stands in the row of a table that need not have any."""
        row = self.input.rpartition(".")[0] + "."
        return bool(self.outer) and not self.outer.get("required") and not any(n.startswith(row) for n, _ in pairs)

    def hidden(self, pairs):
        """Whether a page without it is one on which where the person is was not shown."""
        where = [f["name"] for f in fill.fields(self.form) if f.get("compartment") == "location"]
        return (self.outer or self.f)["name"] in where and not any(n.split(".")[0] in where for n, _ in pairs)


def all_fields(code, fixed):
    for f in fill.fields(code):
        if f["type"] == "note" or f["name"] in fixed:
            continue
        for cell in f.get("fields", []):
            yield Field(code, cell, f)
        if "fields" not in f:
            yield Field(code, f)


def plain(f):
    """An answer that must be taken: without it the other tries at this field would prove nothing."""
    return fill.allowed(f, {}, None, TODAY)
