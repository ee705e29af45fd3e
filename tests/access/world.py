"""The world of the access test: one account of every role, and a file in every relation to each of them.

Made through the program's own pages, in two days of its clock: what ends with the first (a replacement, a pass) has
ended when the cells are tried."""
import re
import struct
import time

import desk
import fill
import reach
import steps
import work
from client import Browser
from house import PASSWORD, TODAY, Account, House
from oracle import BY_NAME, GIVEN, MANAGES, RELATIONS, ROLES

import http.client
import urllib.parse

DAYS = 2 * 86400
LATER = "2018-05-19"
ABSENT = "1" * 26
LOGINS = {role: role.lower() for role in ROLES} | {"COO": "coo2"}
REASON = "Tried by the access test."
HERE = {"CMF", "CPF"}  # of the managers, those in France


class Steady(Browser):
    """A browser that keeps its connection, for tens of thousands of requests."""
    link = None

    def request(self, method, path, pairs=None, headers=None, raw=None):
        sent = {"Accept-Language": self.language, **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if pairs is not None:
            raw = urllib.parse.urlencode(pairs)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        for attempt in (0, 1):
            if not self.link:
                self.link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.patience,
                                                       source_address=(self.source, 0) if self.source else None)
            try:
                self.link.request(method, path, raw, sent)
                got = self.link.getresponse()
                body = got.read()
                break
            except (http.client.HTTPException, ConnectionError, BrokenPipeError):
                self.link.close()
                self.link = None
                if attempt:
                    raise
        if got.will_close:
            self.link.close()
            self.link = None
        return self.understood(got, body)


class Ahead(Account):
    """An account in a house whose clock runs ahead; rather than wait for the next half minute, the clock goes on."""
    house = None

    def code(self):
        now = int(time.time() + self.house.ahead) // 30
        self.used = max(self.used + 1, now)
        if self.used > now + 1:
            self.house.go_on(30 * (self.used - now - 1))
        return self.code_at(self.used)


class Clocked(House):
    """A house whose machine's clock the test holds."""
    ahead = 0

    def go_on(self, seconds):
        self.ahead += seconds
        (self.base / "later").write_bytes(struct.pack("=q", self.ahead))

    def start(self, sealed=False, later=None):
        super().start(sealed, self.ahead if later is None else later)

    def visitor(self, language="en", source=None):
        return Steady(self.port, language, source, 60)


class World:
    def __init__(self, house):
        self.house, self.who, self.files, self.shared, self.things = house, {}, {}, {}, {}
        for login, a in list(house.accounts.items()):
            house.accounts[login] = b = Ahead(a.login, a.role, a.office, a.secret, a.used)
            b.house = house
        self.coo, self.other, self.abroad = (house.sign_in(n, fresh=True) for n in ("coo", "cmf2", "cmr2"))
        self.me = {role: house.sign_in(LOGINS[role], fresh=True) for role in ROLES}
        self.passwords = {role: PASSWORD for role in ROLES}
        page = self.coo.get("/accounts").text
        self.ids = {login: re.search(r'href="/accounts/(\w{26})"><bdi>%s Test<' % login, page)[1] for login in house.accounts
                    if login != "coo"}
        self.recovery = {}

    # -- the day before

    def refer(self, country="NG", abroad=True):
        case = steps.refer(self.other, {"return_country": country})
        if abroad:
            steps.open_abroad(self.other, case)
        return case

    def hand(self, case, role, until=""):
        """A file to its case manager of this role."""
        page = steps.wanted(self.coo.get(f"/cases/{case}/assign"), 200, "assign")
        pairs = [("csrf", page.hidden("csrf")), ("here" if role in HERE else "abroad", self.ids[LOGINS[role]]), ("until", until)]
        steps.wanted(self.coo.post(f"/cases/{case}/assign", pairs), 303, f"assign to {role}")

    def give(self, case, role, until=""):
        page = steps.wanted(self.coo.get(f"/cases/{case}/assign"), 200, "given")
        return self.coo.post(f"/cases/{case}/given", [("csrf", page.hidden("csrf")), ("who", self.ids[LOGINS[role]]), ("do", "give"),
                                                      ("until", until)])

    def hand_back(self, case, role):
        steps.assign(self.coo, case, "cmf2" if role in HERE else "cmr2", abroad=role not in HERE)

    def held(self, role):
        """A file with its other half open, held by colleagues on both sides."""
        case = self.refer()
        steps.assign(self.coo, case, "cmr2", abroad=True)
        return case

    def break_glass(self, who, case):
        code = reach.code_of(self.coo, case)
        reply = who.post("/glass", [("csrf", steps.token(who)), ("code", code), ("reason", REASON)])
        return steps.wanted(reply, 303, "break the glass")

    def first_day(self, t):
        self.shared["colleague"] = self.held("CMF")
        self.shared["not-abroad"] = self.refer(abroad=False)
        self.shared["third-office"] = self.refer("GH")
        self.shared["absent"] = ABSENT
        before = set(re.findall(r"/triage/(\w{26})", self.coo.get("/triage").text))
        steps.refer(self.house.visitor(), public=True)
        self.shared["unassigned"] = (set(re.findall(r"/triage/(\w{26})", self.coo.get("/triage").text)) - before).pop()
        self.shared["erased"] = self.erased()
        self.shared["decoy"] = self.decoy()
        for role in sorted(BY_NAME):
            self.files[role] = mine = {}
            if role in MANAGES:
                for relation, until in (("owner", ""), ("replacement", LATER), ("replacement-over", TODAY), ("withdrawn", "")):
                    mine[relation] = self.held(role)
                    self.hand(mine[relation], role, until)
                self.hand_back(mine["withdrawn"], role)
            else:
                mine["withdrawn"] = self.held(role)
                steps.wanted(self.give(mine["withdrawn"], role), 303, "give")
                page = self.coo.get(f"/cases/{mine['withdrawn']}/assign")
                steps.wanted(self.coo.post(f"/cases/{mine['withdrawn']}/given", [
                    ("csrf", page.hidden("csrf")), ("who", self.ids[LOGINS[role]]), ("do", "take")]), 303, "take back")
            for relation, until in (("given", LATER), ("given-over", TODAY)):
                mine[relation] = self.held(role)
                steps.wanted(self.give(mine[relation], role, until), 303, f"give to {role}")
            for relation in ("glass", "glass-over"):
                mine[relation] = self.held(role)
            self.break_glass(self.me[role], mine["glass-over"])
        self.cannot(t)

    def cannot(self, t):
        """Whoever may not be named to a file is not, whatever is posted."""
        case = self.shared["colleague"]
        page = self.coo.get(f"/cases/{case}/assign")
        for role in ROLES:
            for name, may in (("here", role in HERE), ("abroad", role == "CMR")):
                if not may:
                    reply = self.coo.post(f"/cases/{case}/assign", [("csrf", page.hidden("csrf")), (name, self.ids[LOGINS[role]])])
                    t.same(f"a file is not given to {role} {name}", reply.status, 422)
            if role not in GIVEN:
                t.same(f"nor by name to {role}", self.give(case, role).status, 422)
        t.same("nor abroad before it is opened there", self.give(self.shared["not-abroad"], "CMR").status, 422)

    def closed(self):
        case = steps.refer(self.other)
        steps.file_form(self.other, case, "CLO", {"reason": "NOT_ELIGIBLE", "legal_hold": "NO"})
        steps.wanted(steps.move(self.coo, case, "close-early"), 303, "close")
        return case

    def ask_erasure(self, who):
        """A closed file whose erasure waits, asked by this person: the erasure's id."""
        code = reach.code_of(self.coo, self.closed())
        steps.wanted(who.post("/erasures", [("csrf", steps.token(who)), ("code", code), ("reason", "REQUEST")]), 303, "ask for an erasure")
        entry = next(e for e in who.get("/erasures").text.split("<li>") if code in e)
        return re.search(r"/erasures/(\w{26})/withdraw", entry)[1]

    def erased(self):
        case = self.closed()
        code = reach.code_of(self.coo, case)
        dpo, asks = self.me["DPO"], self.me["COO"]  # the other coordinator made both accounts
        steps.wanted(asks.post("/erasures", [("csrf", steps.token(asks)), ("code", code), ("reason", "REQUEST")]), 303, "ask")
        entry = next(e for e in dpo.get("/erasures").text.split("<li>") if code in e)
        number = re.search(r"/erasures/(\w{26})/confirm", entry)[1]
        steps.wanted(dpo.post(f"/erasures/{number}/confirm", [("csrf", steps.token(dpo))]), 303, "confirm")
        self.things["certificate"] = number
        return case

    def decoy(self):
        page = self.coo.get("/alerts")
        steps.wanted(self.coo.post("/decoys", [("csrf", page.hidden("csrf")), ("record", page.hidden("record")), ("given", "Zelda"),
                                               ("family", "Quvaro")]), 303, "decoy")
        found = self.coo.post("/search", [("csrf", steps.token(self.coo)), ("q", "Zelda Quvaro")])
        return re.search(r'href="/cases/([0-9a-z]{26})"', self.coo.get(found.location).text)[1]

    # -- the day of the cells

    def second_day(self):
        self.house.stop()
        self.house.sessions = {}
        self.house.ahead += DAYS
        self.house.start()
        self.coo, self.other, self.abroad = (self.house.sign_in(n, fresh=True) for n in ("coo", "cmf2", "cmr2"))
        for role in ROLES:
            self.come(role)
        for role in sorted(BY_NAME):
            self.break_glass(self.me[role], self.files[role]["glass"])
        self.make_things()

    def come(self, role):
        """A new session of hers."""
        who = self.house.visitor(source=f"127.0.2.{10 + ROLES.index(role)}")
        account = self.house.accounts[LOGINS[role]]
        who.prove = lambda: (self.passwords[role], account.code())
        steps.wanted(who.post("/sign-in", [("login", account.login), ("password", self.passwords[role]), ("code", account.code()),
                                           ("back", "/")]), 303, f"{account.login} signs in")
        self.me[role] = who
        return who

    def file_of(self, role, relation):
        """The file in this relation to her; where she can have none so, the one of a colleague who can."""
        if relation in self.shared:
            return self.shared[relation]
        mine = self.files.get(role, {})
        return mine.get(relation) or self.files["CMF"][relation]

    def filed(self, who, path, code, given=None):
        page = steps.wanted(who.get(path), 200, path)
        pairs = [(n, page.hidden(n)) for n in ("csrf", "record", "based_on")] + [("do", "file")]
        steps.wanted(who.post(path, pairs + fill.pairs(given or fill.fill(code, TODAY))), 303, path)
        return page.hidden("record")

    def make_things(self):
        """Payments, waivers, trainings, costs, alerts, links: what an address can name beside a file."""
        cell = next(f for f in fill.fields("F10") if f["name"] == "budget")["fields"][0]["name"]
        for name, role, who in (("colleague", None, self.other), ("owner", "CMF", self.me["CMF"])):
            case = self.file_of(role, name)
            steps.file_form(who, case, "F10", {"budget": [{cell: "L1"}]})
            self.things["payment", case] = self.filed(who, f"/cases/{case}/payments/new", "PAY",
                                                      fill.fill("PAY", TODAY, {"line": "L1", "amount_eur": "10.00"}))
            page = who.get(f"/cases/{case}/waivers").text + who.get(f"/cases/{case}").text
            address = re.search(r'"(/cases/%s/waivers/new\?[^"]+)"' % case, page)[1].replace("&amp;", "&")
            self.things["waiver-of"] = address[address.index("?"):]
            answers = fill.fill("WAIV", TODAY)
            answers = {k: v for k, v in answers.items() if k not in ("gate", "condition")}
            self.things["waiver", case] = self.filed(who, address, "WAIV", answers)
        self.things["training"] = self.filed(self.coo, "/trainings/new", "TRN", fill.fill("TRN", TODAY, {"session": "S1"}))
        at = f"/trainings/{self.things['training']}/participants/new"
        self.things["person"] = self.filed(self.coo, at, "TRP", {k: v for k, v in fill.fill("TRP", TODAY).items() if k != "session"})
        self.things["cost"] = self.filed(self.coo, "/programme/costs/new", "COST")
        code = desk.code_of(self.coo, self.file_of("CMF", "owner"))
        for what, form, given in (("request", "REQ", {**desk.REQUEST, "case_code": code}), ("breach", "BRE", desk.BREACH)):
            steps.wanted(desk.entry(self.coo, f"/desk/{desk.PLURAL[what]}/new", form, given), 303, what)
            self.things[what] = desk.address(self.coo.get("/desk"), desk.PLURAL[what]).rsplit("/", 1)[1]
        self.things["words"] = self.search(self.coo)
        for role in ("CMF", "CPF", "CMR"):
            self.things["alert", role] = self.alert(self.abroad if role == "CMR" else self.other, role)
        self.things["alert"] = self.alert(self.me["CMF"], None)

    def alert(self, who, role):
        """The glass broken on a file of hers (or of a colleague): the alert's number."""
        case = self.held(role)
        if role:
            self.hand(case, role)
        else:
            self.hand(case, "CPF")
            steps.assign(self.coo, case, "cmf2")
        self.break_glass(who, case)
        told = self.me[role] if role else self.other
        return max(re.findall(r'action="/alerts/(\d+)"', told.get("/alerts").text), key=int)

    def search(self, who):
        return who.post("/search", [("csrf", steps.token(who)), ("q", "Nobody")]).location.rpartition("/")[2]

    def invite(self, role="CMF", office="PARIS"):
        """An account to act on: its id."""
        login = f"target{len(self.things)}"
        self.things[login] = True
        steps.wanted(self.coo.post("/accounts/invite", [("csrf", steps.token(self.coo)), ("login", login), ("name", f"{login} Test"),
                                                        ("role", role), ("office", office)]), 200, "invite")
        return re.search(r'href="/accounts/(\w{26})"><bdi>%s Test<' % login, self.coo.get("/accounts").text)[1]
