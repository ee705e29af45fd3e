#!/usr/bin/env python3
"""Who may reach what, said a second time: the oracle of the access test.

Written from docs/reference/domain.md §2 and §3, docs/reference/security.md §2, docs/design.md and SECURITY.md, never from
src/lib/policy or docs/access-matrix.md: where the program and this file differ, those documents decide.

    judge(method, path, role, relation, state) -> one of the answers below
    oracle.py MATRIX     MATRIX: what `rivage access` wrote; fails when a page has no row here, or a row no page"""
import re
import sys

# What a cell may answer.
SIGN_IN = "sign-in"   # no session: to the sign-in page, and nothing else
REFUSED = "refused"   # 403: this role does not do that
ABSENT = "absent"     # 404: for this actor the thing is not there
OPEN = "open"         # anything that says she may: the page, a step done, a form given back with its mistake

# domain §2.  REF, GRD and DON have no account (design §1: "referring professionals without an account; guardians"); a
# trainer and an administrator of accounts stand beside the table (design §1, §10.8).
ROLES = ("CMF", "CMR", "CPF", "COO", "RSK", "MED", "TRV", "FIN", "MNE", "DPO", "TRN", "ADM")
NOBODY = "nobody"     # a visitor without a session

# SECURITY.md "Accounts": each question looks at the state anew, so that every other state ends every session.
STATES = ("active", "locked", "travelling", "unconfirmed", "invited", "revoked")

# What a file can be to somebody.  For a role that nobody can name to a file, the file is a colleague's of that kind.
RELATIONS = {
    "owner": "given to her as its case manager",
    "colleague": "of her office, held by a colleague",
    "unassigned": "a referral that nobody has been given yet",
    "not-abroad": "of the office of France, not opened to the country of return",
    "third-office": "opened to the office of a third country",
    "given": "given to her by name beside the case manager",
    "given-over": "given so, until a day that is past",
    "replacement": "hers while she replaces a colleague",
    "replacement-over": "hers while she replaced a colleague",
    "glass": "opened by breaking the glass",
    "glass-over": "opened so, more than a day ago",
    "withdrawn": "hers before, given to a colleague since",
    "decoy": "a decoy of her office",
    "erased": "erased",
    "absent": "never was",
}

# SECURITY.md: "A case manager has the files given to her by name and, in France, every referral of her office that
# nobody has been assigned to; travel, finance and the risk reviewer have their own part of all files of their office, the
# coordinator everything."  domain §2: CPF minors' cases, MED its module: by name as well ("who works by name").
BY_NAME = {"CMF", "CPF", "CMR", "MED"}
MANAGES = {"CMF", "CPF", "CMR"}         # may be a file's case manager, or replace one (domain §2 "own cases", "minors' cases", "cases assigned")
GIVEN = BY_NAME                         # beside the case manager; abroad "from consent C3 on" (domain §2): a file opened to her office
WHOLE_OFFICE = {"COO", "RSK", "TRV", "FIN"}
READERS = BY_NAME | WHOLE_OFFICE        # whoever opens files at all; MNE: pseudonymised; DPO, ADM, TRN: no file (SECURITY.md's table)
LISTS = READERS | {"MNE"}
HELD = {"owner": MANAGES, "replacement": MANAGES, "glass": BY_NAME, "given": GIVEN}


def reaches(role, relation):
    """Whether a file in this relation opens to this role at all."""
    if relation in ("erased", "absent"):
        return False
    if role in WHOLE_OFFICE:
        return True
    if role == "CMF" and relation == "unassigned":
        return True
    return role in HELD.get(relation, ())


EVERYBODY = set(ROLES)


class Page:
    """who: roles that have such a page at all; others are refused whatever the object.  kind: what the address names;
    within: of those who reach a file, who may do this to it, the others being refused; unseen: for whom a thing of the
    file is as if it were not there; only: the relations in which there is a thing of that kind in the file."""

    def __init__(self, who, kind=None, within=None, unseen=(), only=None):
        self.who, self.kind, self.within, self.unseen, self.only = who, kind, within, set(unseen), only


PUBLIC = None
# Files in which the test has made a payment and a waiver: one that colleagues hold, and the case manager's own.
MADE = {"colleague", ("owner", "CMF")} | {(relation, role) for relation in ("owner",) for role in WHOLE_OFFICE}
FRANCE = {"CMF", "CPF", "COO"}  # who reads the whole French file
# Payments belong to the file of the country of return (design §5); where that is not open, who may is told so.
PAID = MADE | {"unassigned", "not-abroad", "decoy"}
# SECURITY.md: location stays shut until asked for; domain §2: MED "health module only + identity", TRV "identity, docs,
# special needs", RSK "risk + safety plan", FIN "no name": none of them reads where the person is.
PLACE = {"CMF", "CPF", "CMR", "COO"}
FINANCE = {"FIN", "COO"}
STAFF = {"COO", "ADM"}          # SECURITY.md "Coordinators and administrators set them, never for themselves"
ERASERS = {"DPO", "COO"}        # SECURITY.md "Two people erase"; domain §2 DPO "rights requests"
DESK = {"DPO", "COO"}
RECORDERS = DESK | {"CMF", "CPF"}
TRAINERS = {"TRN", "COO"}

PAGES = {
    # Before there is a session (design §10.5, §10.10; SECURITY.md "Invitation")
    "GET /sign-in": Page(PUBLIC), "POST /sign-in": Page(PUBLIC), "POST /unseal": Page(PUBLIC), "GET /language": Page(PUBLIC),
    "GET /quick-exit": Page(PUBLIC), "GET /welcome": Page(PUBLIC), "POST /welcome": Page(PUBLIC), "GET /recover": Page(PUBLIC),
    "POST /recover": Page(PUBLIC), "POST /confirm": Page(PUBLIC), "GET /signaler": Page(PUBLIC),
    "GET /signaler/formulaire": Page(PUBLIC), "POST /signaler/formulaire": Page(PUBLIC), "GET /assets/:file": Page(PUBLIC),
    # One's own
    "GET /": Page(EVERYBODY), "POST /sign-out": Page(EVERYBODY), "GET /waiting/:stash": Page(EVERYBODY, "stash"),
    "GET /account": Page(EVERYBODY), "POST /account/sessions/end": Page(EVERYBODY, "session"),
    "GET /account/password": Page(EVERYBODY), "POST /account/password": Page(EVERYBODY),
    "POST /account/recovery": Page(EVERYBODY),
    # SECURITY.md "Security keys": each registers and removes her own
    "GET /account/keys": Page(EVERYBODY), "POST /account/keys": Page(EVERYBODY), "POST /account/keys/only": Page(EVERYBODY),
    "POST /account/keys/challenge": Page(EVERYBODY), "POST /account/keys/remove": Page(EVERYBODY, "own-key"),
    "POST /sign-in/key": Page(PUBLIC),
    # SECURITY.md: "A colleague of the same office can end all sessions of a person at once"
    "GET /colleagues": Page(EVERYBODY), "POST /colleagues/end": Page(EVERYBODY, "colleague"),
    # Accounts
    "GET /accounts": Page(STAFF), "GET /accounts/invite": Page(STAFF), "POST /accounts/invite": Page(STAFF),
    "GET /accounts/:account": Page(STAFF, "account"), "GET /accounts/:account/revoke": Page(STAFF, "account-keys"),
    "POST /accounts/:account/revoke": Page(STAFF, "account-keys"), "POST /accounts/:account/lock": Page(STAFF, "account-act"),
    "POST /accounts/:account/unlock": Page(STAFF, "account-act"), "POST /accounts/:account/end": Page(STAFF, "account-act"),
    "POST /accounts/:account/renew": Page(STAFF, "account-keys"), "POST /accounts/:account/travel": Page(STAFF, "account-act"),
    # Alerts, limits, decoys, the glass (security §2.4 M6, M7)
    "GET /alerts": Page(EVERYBODY), "POST /alerts/:alert": Page(EVERYBODY, "alert"), "POST /decoys": Page({"COO"}),
    "GET /glass": Page(BY_NAME), "POST /glass": Page(BY_NAME), "GET /limits": Page({"COO"}), "POST /limits": Page({"COO"}),
    # domain §2: DPO "audit log, metadata"; security §2.4 M6: a look is "shown to the file owner"
    **{route: Page({"DPO"}) for route in ("GET /audit", "POST /audit", "GET /audit/export", "POST /audit/export")},
    "GET /cases/:case/opened": Page(READERS, "case", within={("owner", r) for r in MANAGES} | {("replacement", r) for r in MANAGES} | {"COO"}),
    "GET /admin/check": Page({"ADM", "DPO"}),
    # Lists (design §10.1)
    "GET /cases": Page(LISTS), "POST /search": Page(READERS), # MNE: "pseudonymised"
    "GET /search/:words": Page(READERS, "words"),
    "GET /departures": Page(LISTS),
    # A file
    "GET /cases/:case": Page(READERS, "case"), "GET /cases/:case/contact": Page(READERS, "case"),
    "POST /cases/:case/reveal": Page(READERS, "case", unseen=READERS - PLACE),
    # domain §3: REF→CMF takes a referral into screening; F02 is a minor's by a trained CPF
    "POST /cases/:case/move": Page(READERS, "case", within=FRANCE),
    "POST /cases/:case/open-abroad": Page(READERS, "case", within={"CMF", "CPF", "COO"}),
    "GET /cases/:case/assign": Page({"COO"}, "case"), "POST /cases/:case/assign": Page({"COO"}, "case"),
    "POST /cases/:case/given": Page({"COO"}, "case"),
    "GET /cases/:case/forms/:form": Page(READERS, "form"), "POST /cases/:case/forms/:form": Page(READERS, "form"),
    # design §10.4: who cannot read a part sees that it exists; §5: the country of return never sees the French file
    # domain §2: FIN "case ref, budget lines, receipts", nothing of the French file
    "GET /cases/:case/records/:record": Page(READERS, "case", unseen={"CMR", "FIN"}),
    "GET /cases/:case/papers": Page(READERS, "case"), "GET /cases/:case/papers/:paper": Page(READERS, "case", within=FRANCE),
    # What it shows is of that compartment, and says so to who does not read it (design §10.4)
    "GET /cases/:case/payments": Page(READERS, "case"),
    # domain §2 FIN "budget lines, receipts", COO "budgets"; §3 step 11 CMR, FIN; CMF "own cases, full".
    "GET /cases/:case/payments/new": Page(READERS, "case", within={"CMF", "CMR"}),
    "POST /cases/:case/payments/new": Page(READERS, "case", within={"CMF", "CMR"}),
    "GET /cases/:case/payments/:record/decide": Page(FINANCE, "case", only=PAID),
    "POST /cases/:case/payments/:record/decide": Page(FINANCE, "case", only=PAID),
    "GET /cases/:case/payments/:record/proof": Page(READERS, "case", within=FINANCE | {"CMF", "CMR"}, only=PAID),
    "POST /cases/:case/payments/:record/proof": Page(READERS, "case", within=FINANCE | {"CMF", "CMR"}, only=PAID),
    # design §6 "A waiver takes two named people": the case manager asks; domain §3 "Overrides: only COO"
    "GET /cases/:case/waivers": Page(READERS, "case"), "GET /cases/:case/waivers/new": Page(READERS, "case", within=FRANCE),
    "POST /cases/:case/waivers/new": Page(READERS, "case", within=FRANCE),
    "GET /cases/:case/waivers/:record": Page({"COO"}, "case", only=MADE),
    "POST /cases/:case/waivers/:record": Page({"COO"}, "case", only=MADE),
    # Erasure
    "GET /erasures": Page(ERASERS), "POST /erasures": Page(ERASERS), "POST /erasures/:erasure/confirm": Page(ERASERS, "erasure"),
    "POST /erasures/:erasure/withdraw": Page(ERASERS, "erasure"), "GET /erasures/:erasure/certificate": Page(ERASERS, "certificate"),
    # SECURITY.md: the officer opens no file; she types its code on the page of erasures
    "GET /cases/:case/erase": Page(ERASERS, "case"),
    # The desk of data protection.  SECURITY.md: "which the data-protection officer, coordinators and, in France, case managers
    # and child-protection focal points read"; domain §2: DPO "audit log, metadata, rights requests", COO "all".  The manual:
    # who is asked or notices records it; the officer goes on.
    "GET /desk": Page(RECORDERS), "GET /desk/requests/new": Page(RECORDERS), "POST /desk/requests/new": Page(RECORDERS),
    "GET /desk/breaches/new": Page(RECORDERS), "POST /desk/breaches/new": Page(RECORDERS),
    **{f"{method} /desk/{what}/:record": Page(DESK, "thing") for method in ("GET", "POST") for what in ("requests", "breaches")},
    **{route: Page(DESK) for route in ("GET /desk/disclosures", "GET /desk/register", "GET /desk/register.csv", "GET /desk/retention",
                                       "POST /desk/retention/entries", "GET /desk/holds/new", "POST /desk/holds/new")},
    # The officer "still opens no file"
    "GET /cases/:case/disclosures": Page(RECORDERS, "case"),
    # Of the record that the test names, which is no consent, nothing is passed on
    "GET /cases/:case/disclosures/:record/:version/:row": Page(RECORDERS, "case", only=()),
    "POST /cases/:case/disclosures/:record/:version/:row": Page(RECORDERS, "case", only=()),
    # domain §2: CMF "own cases, full", COO "all": whoever makes the copy reads the whole of it
    "GET /cases/:case/copy": Page({"CMF", "COO"}, "case"), "POST /cases/:case/copy": Page({"CMF", "COO"}, "case"),
    # Referrals (domain §3 step 1)
    "GET /triage": Page({"CMF", "COO"}), "GET /triage/:case": Page({"CMF", "COO"}, "case"),
    "GET /referrals/new": Page({"CMF", "COO"}), "POST /referrals/new": Page({"CMF", "COO"}),
    # The programme: domain §2 COO budgets, FIN disbursements, MNE indicators
    "GET /programme": Page({"COO", "FIN", "MNE"}), "GET /programme/costs": Page(FINANCE),
    "GET /programme/costs/new": Page(FINANCE), "POST /programme/costs/new": Page(FINANCE),
    "GET /programme/costs/:record": Page(FINANCE, "thing"), "POST /programme/costs/:record": Page(FINANCE, "thing"),
    # Trainings (design §1 row 12)
    **{f"{method} {path}": Page(TRAINERS, kind) for method, path, kind in (
        ("GET", "/trainings", None), ("GET", "/trainings/new", None), ("POST", "/trainings/new", None),
        ("GET", "/trainings/:session", "thing"), ("GET", "/trainings/:session/sheet", "thing"),
        ("GET", "/trainings/:session/correct", "thing"), ("POST", "/trainings/:session/correct", "thing"),
        ("GET", "/trainings/:session/participants/new", "thing"), ("POST", "/trainings/:session/participants/new", "thing"),
        ("GET", "/trainings/:session/participants/:person", "thing"), ("POST", "/trainings/:session/participants/:person", "thing"),
        ("GET", "/trainings/:session/participants/:person/certificate", "thing"))},
}

# domain §3 says who makes each form: F02 screening by CMF, a minor's by a trained CPF; F05R the reviewer's; F09 the travel
# file; F11 on arrival by the officer abroad.  COO: "all".  A form of the other file is not there (design §5).
FORMS = {
    "F02": {"CMF", "CPF", "COO"}, "F05R": {"RSK", "COO"}, "F08": {"CMF", "CPF", "COO", "MED"}, "F09": {"CMF", "TRV"}, "F11": {"CMR", "COO"},
}

# The relations that a thing other than a file can be in, by the kind of its page.
OTHERS = {
    None: ("none",),
    "stash": ("own", "another's", "absent"), "session": ("another's", "absent"), "words": ("own", "another's", "absent"),
    "colleague": ("same-office", "other-office", "absent"),
    "account": ("self", "same-office", "other-office", "keyless", "withdrawn", "absent"),
    "alert": ("hers", "another's", "absent"), "erasure": ("own", "another's", "absent"), "certificate": ("done", "absent"),
    "thing": ("real", "absent"), "own-key": ("absent",),
}
OTHERS["account-act"] = OTHERS["account-keys"] = OTHERS["account"]


def relations(page):
    """What the object of a page can be to somebody."""
    if page.kind == "form":
        return [f"{relation}/{form}" for relation in RELATIONS for form in FORMS]
    return list(RELATIONS) if page.kind == "case" else list(OTHERS[page.kind])


def judge_case(page, role, relation):
    relation, _, form = relation.partition("/")
    if not reaches(role, relation) or role in page.unseen:
        return ABSENT
    if form:
        return OPEN if role in FORMS[form] else REFUSED
    if page.within is not None and role not in page.within and (relation, role) not in page.within:
        return REFUSED
    return OPEN if page.only is None or (relation, role) in page.only or relation in page.only else ABSENT


def judge_account(page, role, relation):
    """SECURITY.md: never for themselves; an administrator, who holds no content key, can neither make nor withdraw an
    account that holds some."""
    if relation == "absent":
        return ABSENT
    if page.kind == "account":
        return OPEN
    if relation == "self":
        return REFUSED
    if page.kind == "account-keys" and role == "ADM" and relation not in ("keyless", "withdrawn"):
        return REFUSED
    return REFUSED if page is PAGES["GET /accounts/:account/revoke"] and relation == "withdrawn" else OPEN


def judge(method, path, role, relation, state):
    page = PAGES[f"{method} {path}"]
    if page.who is PUBLIC:
        return OPEN
    if role == NOBODY or state != "active":
        return SIGN_IN
    if role not in page.who:
        return REFUSED
    if page.kind in ("case", "form"):
        return judge_case(page, role, relation)
    if page.kind in ("account", "account-act", "account-keys"):
        return judge_account(page, role, relation)
    if page.kind == "colleague":  # of every office for who may end and lock them all
        return OPEN if relation == "same-office" or relation == "other-office" and role in STAFF else ABSENT
    if page.kind == "alert":  # security §2.4 M6: "instant notice to owner + DPO"; adr/0011: a coordinator as well
        told = role in ("DPO", "COO") or relation == "hers" and role in MANAGES
        return OPEN if relation != "absent" and told else ABSENT
    if page.kind == "erasure" and relation != "absent":  # "one asks, another confirms"
        return REFUSED if relation == "own" and path.endswith("/confirm") else OPEN
    return ABSENT if relation in ("absent", "another's") else OPEN


def routes(matrix):
    """The pages of the program, from what `rivage access` wrote: method and path, nothing else of it."""
    return [f"{m[1]} {m[2]}" for m in re.finditer(r"(?m)^\| (GET|POST) \| `([^`]+)` \|", matrix)]


def main():
    found = routes(open(sys.argv[1], encoding="utf-8").read())
    for route in found:
        if route not in PAGES:
            print(f"tests/access/oracle.py:1: error: {route}: who may reach this page? It needs a row, from the documents.")
    for route in set(PAGES) - set(found):
        print(f"tests/access/oracle.py:1: error: {route}: the program has no such page")
    sys.exit(0 if found and sorted(found) == sorted(PAGES) else 1)


if __name__ == "__main__":
    main()
