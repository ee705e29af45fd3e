"""What sqlmap is set at: one parameter of each kind of field and of each shape of route."""
import random
import re

import fill
import steps
from doors import Town, new_id
from fields import all_fields

DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
NEW_RECORD = f"import random;record=''.join(random.choice('{DIGITS}') for _ in range(25))+random.choice('{DIGITS[::4]}')"

# kind of field → where it stands.  All are kept as drafts of one record: the value goes through the same reader of fields and
# reaches the database, whatever it is, while filing would stop at the first figure that is none.  Filing: route_targets.
FIELDS = (
    ("text", "F01", "given_name"), ("phone", "F01", "ref_phone"), ("email", "F01", "ref_email"), ("date", "F01", "birth_date"),
    ("integer", "F01", "dependents"), ("select_one", "F01", "sex"), ("select_multiple", "F01", "unsafe_contact_modes"),
    ("country", "F01", "return_country"), ("countries", "F01", "nationality"), ("langs", "F01", "languages"),
    ("multiline", "F04", None), ("lang", "F04", "language"), ("money", "EMER", "fund_amount"),
    ("repeat", "F10", "budget"), ("grid", "F05", "factors"),
)


class Target:
    """star: where in the address the payload goes (sqlmap's own mark), when it is no parameter."""

    def __init__(self, name, login, path, parameter=None, pairs=None, evaluate=None, cookie=None, headers=()):
        self.name, self.login, self.path, self.parameter = name, login, path, parameter
        self.pairs, self.evaluate, self.cookie, self.headers = pairs, evaluate, cookie, headers


def field_of(code, name):
    for field in all_fields(code, ()):
        here = (field.outer or field.f)["name"]
        if name == here and (not field.outer or field.f["type"] in ("text", "money")):
            return field
        if name is None and field.f.get("appearance") == "multiline":
            return field
    raise LookupError(f"{code} has no field {name}")


def typed(field):
    value = fill._answer(field.f, steps.TODAY)
    return (value[0] if isinstance(value, list) else value) or "1"


def field_targets(who, case):
    for kind, code, name in FIELDS:
        path = f"/cases/{case}/forms/{code}"
        page = steps.wanted(who.get(path), 200, path)
        field = field_of(code, name)
        answers = fill.pairs(steps.answers("F01")) if code == "F01" else field.pairs()
        pairs = [("csrf", page.hidden("csrf")), ("record", page.hidden("record") or new_id()), ("based_on", page.hidden("based_on") or "0"),
                 ("do", "draft")]
        pairs += [(n, v) for n, v in answers if n != field.input] + [(field.input, typed(field))]
        yield Target(f"field {kind} ({code})", "cmf", path, field.input, pairs)


def route_targets(house, town, case):
    cmf, coo = town.who("cmf"), town.who("coo2")
    page = cmf.get("/referrals/new")
    referral = [("csrf", page.hidden("csrf")), ("record", new_id()), ("do", "file")] + fill.pairs(steps.answers("F01"))
    note = [("csrf", page.hidden("csrf")), ("record", new_id()), ("based_on", "0"), ("do", "draft")] + \
        fill.pairs(steps.answers("NOTE"))
    training = town.training()
    search = cmf.post("/search", [("csrf", steps.token(cmf)), ("q", "Blessing")]).location
    paper = next(p for p in papers(cmf, case))
    return [
        Target("hidden record id", "cmf", f"/cases/{case}/forms/NOTE", "record", note),
        Target("staff referral, filed", "cmf", "/referrals/new", "given_name", referral, NEW_RECORD),
        Target("hidden csrf token", "cmf", "/referrals/new", "csrf", referral),
        Target("cookie of the session", "cmf", "/cases", "__Host-rivage", cookie=True),
        Target("cookie of the language", "cmf", "/cases", "__Host-lang", cookie=True),
        Target("header of the languages", "cmf", "/cases", headers=("Accept-Language: fr*",)),
        Target("public referral", None, "/signaler/formulaire", "given_name", [("record", new_id()), ("do", "file")] +
               [p for p in fill.pairs(steps.answers("F01"))], NEW_RECORD),
        Target("sign-in", None, "/sign-in", "login", [("login", "nobody"), ("password", "wrong words here"), ("code", "123456"),
                                                      ("back", "/")]),
        Target("recovery", None, "/recover", "login", [("login", "nobody"), ("code", "AAAA-AAAA")]),
        Target("case page (id in the path)", "cmf", f"/cases/{case}*"),
        Target("record (id in the path)", "cmf", f"/cases/{case}/records/{case}*"),
        Target("form (code in the path)", "cmf", f"/cases/{case}/forms/NOTE*"),
        Target("list filter", "cmf", "/cases?state=NEW&country=NG&only=mine&sort=due&rows=25&from=0&assignee=" + case, "state"),
        Target("list order", "cmf", "/cases?state=&country=NG&sort=due&rows=25", "sort"),
        Target("list page", "cmf", "/cases?sort=due&rows=25&from=1", "from"),
        Target("search", "cmf", "/search", "q", [("csrf", page.hidden("csrf")), ("q", "Blessing")]),
        Target("search (words in the path)", "cmf", search + "*"),
        Target("alerts", "coo2", "/alerts?before=10", "before"),
        Target("audit", "dpo", "/audit?before=10", "before"),
        Target("training", "coo2", f"/trainings/{training}*"),
        Target("costs filter", "coo2", "/programme/costs?post=A&funder=B", "post"),
        Target("download of a paper", "cmf", paper + "*"),
        Target("download, its language", "cmf", paper + "?lang=fr", "lang"),
        Target("move of a case", "cmf", f"/cases/{case}/move", "to", [("csrf", page.hidden("csrf")), ("to", "NOWHERE")]),
        Target("assignment", "coo2", f"/cases/{case}/assign", "here", [("csrf", steps.token(coo)), ("here", "0" * 26)]),
    ]


def papers(who, case):
    text = steps.wanted(who.get(f"/cases/{case}/papers"), 200, "papers").text
    return sorted(set(re.findall(r'"(/cases/%s/papers/[A-Za-z0-9_-]+)' % case, text)))


def all_targets(house):
    town = Town(house)
    case = town.case_for("cmf")
    house.sign_in("dpo")
    found = list(field_targets(town.who("cmf"), case)) + route_targets(house, town, case)
    random.shuffle(found)  # when time is short, not always the same ones are left out
    return town, case, found
