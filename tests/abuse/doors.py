"""Every place where a form can be filed, and how what was filed is read back."""
import html
import random
import re
import urllib.parse

import fill
import reach
import steps
import work
from house import TODAY

DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
FILINGS_PER_CASE = 25


def new_id():
    return "".join(random.choice(DIGITS) for _ in range(25)) + random.choice(DIGITS[::4])


def encoded(pairs):
    """A body as a browser sends it; bytes stand for what no browser would send."""
    def part(v):
        return urllib.parse.quote_plus(v if isinstance(v, bytes) else v.encode("utf-8", "surrogatepass"))
    return "&".join(f"{part(n)}={part(v)}" for n, v in pairs)


class Door:
    """One form at one address.  `fixed`: names of fields that the program answers here, so that no browser may."""

    def __init__(self, town, code, login, address=None, page=None, fixed=()):
        self.town, self.code, self.login, self.fixed = town, code, login, fixed
        self.address, self.page = address, page
        self.case = self.record = None
        self.version = self.filed = self.renew_at = 0

    @property
    def name(self):
        return f"{self.code} at {self.address.__name__.replace('_', ' ')}" if self.address else self.code

    def who(self):
        if not self.login:  # the public, from many places: each may refer twenty people an hour
            return self.town.house.visitor(source=f"127.0.{self.filed // 15}.41")
        return self.town.who(self.login)

    def open(self):
        """A case of its own, so that versions stay few."""
        if self.address or self.case and self.filed < self.renew_at:
            return
        self.renew_at = self.filed + FILINGS_PER_CASE
        self.case = self.town.case_for(self.login)
        self.record, self.version = None, 0
        if self.code == "F01" and not self.address:
            self.record, self.version = self.case, 1

    def path(self):
        return self.address(self) if self.address else f"/cases/{self.case}/forms/{self.code}"

    def post(self, pairs):
        self.open()
        once = fill.form(self.code).get("once") and not self.address
        record = self.record if once and self.record else new_id()
        based_on = self.version if once else 0
        head = [("csrf", self.town.token(self.login)), ("record", record), ("based_on", str(based_on)), ("do", "file")]
        if based_on:
            head.append(("_reason", "Tried again"))
        path = self.path()
        reply = self.who().request("POST", path, raw=encoded(head + pairs),
                                   headers={"Content-Type": "application/x-www-form-urlencoded"})
        accepted = reply.status == 303 and not reply.location.startswith("/sign-in") or \
            reply.status == 200 and "signaler" in path
        if accepted:
            self.filed += 1
            self.posted = record
            self.filed_in = re.search(r"/cases/([0-9a-z]{26})/", path)
            if once:
                self.record, self.version = record, based_on + 1
        return reply, accepted

    def read(self):
        """Every text of the record just filed, as a person reads it."""
        if self.page:
            who, path = self.town.who(self.login if self.login else "cmf"), self.page(self)
            case = re.search(r"/cases/([0-9a-z]{26})/", path)
            if case:
                steps.reveal(who, case[1])
            text = who.get(path).text
            return [html.unescape(v) for v in re.findall(r'<input[^>]* value="([^"]*)"', text)] + \
                   [html.unescape(v) for v in re.findall(r"(?s)<textarea[^>]*>(.*?)</textarea>", text)]
        steps.reveal(self.town.who(self.login), self.filed_in[1])
        text = self.town.who(self.login).get(f"/cases/{self.filed_in[1]}/records/{self.posted}").text
        return [html.unescape(v) for v in re.findall(r'(?s)<bdi class="typed">(.*?)</bdi>', text)]


def kept(reply, name):
    """What the control of that name holds on a page shown again; None when there is no such control."""
    name = re.escape(html.escape(name))
    found = re.search(r'<input type="(?!radio|checkbox|hidden)[^>]* name="%s" value="([^"]*)"' % name, reply.text) or \
        re.search(r'(?s)<textarea[^>]* name="%s"[^>]*>(.*?)</textarea>' % name, reply.text)
    return html.unescape(found[1]) if found else None


class Town:
    """The people and files that the doors need, made when first asked for."""

    def __init__(self, house):
        self.house, self.tokens, self.made = house, {}, {}

    def who(self, login):
        if login not in self.made:
            self.made[login] = self.house.sign_in(login) if login else self.house.visitor(source="127.0.0.40")
        return self.made[login]

    def token(self, login):
        if not login:
            return ""
        if login not in self.tokens:
            self.tokens[login] = steps.token(self.who(login))
        return self.tokens[login]

    def case_for(self, login):
        """A file with both dossiers open, assigned on both sides."""
        case = steps.refer(self.who("cmf"))
        steps.open_abroad(self.who("cmf"), case)
        steps.assign(self.who("coo2"), case, "cmr", abroad=True)
        if login == "cpf":
            steps.assign(self.who("coo2"), case, login)
        if login == "med":
            steps.wanted(reach.give(self.house, case, login), 303, "access by name")
        return case

    def once(self, name, make):
        if name not in self.made:
            self.made[name] = make()
        return self.made[name]

    def training(self):
        def make():
            page = self.who("coo2").get("/trainings/new")
            pairs = [(n, page.hidden(n)) for n in ("csrf", "record", "based_on")] + [("do", "file")]
            steps.wanted(self.who("coo2").post("/trainings/new", pairs + fill.pairs(fill.fill("TRN", TODAY, {"session": "S1"}))), 303,
                         "a training")
            return page.hidden("record")
        return self.once("training", make)

    def payment(self):
        """(case, payment): a plan with its budget, and a request on one of its lines."""
        def make():
            case, cmf = self.case_for("cmf"), self.who("cmf")
            cell = next(f for f in fill.fields("F10") if f["name"] == "budget")["fields"][0]["name"]
            steps.file_form(cmf, case, "F10", {"budget": [{cell: "L1"}]})
            path = f"/cases/{case}/payments/new"
            page = steps.wanted(cmf.get(path), 200, path)
            pairs = [(n, page.hidden(n)) for n in ("csrf", "record", "based_on")] + [("do", "file")]
            steps.wanted(cmf.post(path, pairs + fill.pairs(fill.fill("PAY", TODAY, {"line": "L1", "amount_eur": "10.00"}))), 303,
                         "a payment request")
            return case, page.hidden("record")
        return self.once("payment", make)

    def waiver_address(self, number):
        """Where a waiver can be asked for in a file that has none yet."""
        return self.once(f"waiver {number}", lambda: work.waiver_address(self.house, self.case_for("cmf")))

    def waiver(self):
        """(case, request)."""
        def make():
            path, cmf = self.waiver_address("answered"), self.who("cmf")
            page = steps.wanted(cmf.get(path), 200, path)
            pairs = [(n, page.hidden(n)) for n in ("csrf", "record", "based_on")] + [("do", "file")]
            answers = fill.fill("WAIV", TODAY)
            for name in ("gate", "condition"):
                answers.pop(name, None)
            steps.wanted(cmf.post(path, pairs + fill.pairs(answers)), 303, "a waiver request")
            return path.split("/")[2], page.hidden("record")
        return self.once("waiver", make)


def public_page(door):
    return "/signaler/formulaire"


def staff_page(door):
    return "/referrals/new"


def training(door):
    return "/trainings/new"


def participant(door):
    return f"/trainings/{door.town.training()}/participants/new"


def costs(door):
    return "/programme/costs/new"


def payment(door):
    return f"/cases/{door.town.payment()[0]}/payments/new"


def payment_decision(door):
    return "/cases/%s/payments/%s/decide" % door.town.payment()


def payment_proof(door):
    return "/cases/%s/payments/%s/proof" % door.town.payment()


def waiver(door):
    return door.town.waiver_address(door.filed)


def waiver_answer(door):
    return "/cases/%s/waivers/%s" % door.town.waiver()


def desk_request(door):
    return "/desk/requests/new"


def desk_breach(door):
    return "/desk/breaches/new"


def all_doors(town):
    own = {"PAY", "PAYA", "REC", "WAIV", "WAIA", "TRN", "TRP", "COST", "REQ", "BRE", "DISC", "HOLD", "COPY"}
    writers = {"CMF": "cmf", "CMR": "cmr", "COO": "coo2", "TRV": "trv", "RSK": "rsk", "FIN": "fin"}
    doors = []
    for path in sorted((fill.ROOT / "forms").glob("*.json")):
        if path.stem in own:
            continue
        roles = fill.form(path.stem)["write"]
        login = next((writers[r] for r in ("CMF", "CMR", "COO", "TRV", "RSK", "FIN") if r in roles), None)
        doors.append(Door(town, path.stem, login))
    referral = lambda d: f"/cases/{d.posted}/forms/F01"  # noqa: E731
    doors += [
        Door(town, "F01", "cmf", staff_page, referral),
        Door(town, "F01", "", public_page),
        Door(town, "TRN", "coo2", training, lambda d: f"/trainings/{d.posted}/correct"),
        Door(town, "TRP", "coo2", participant, lambda d: f"/trainings/{town.training()}/participants/{d.posted}", ("session",)),
        Door(town, "COST", "coo2", costs, lambda d: f"/programme/costs/{d.posted}"),
        Door(town, "REQ", "dpo", desk_request, lambda d: f"/desk/requests/{d.posted}", ("case_code",)),  # only the code of a file is one
        Door(town, "BRE", "dpo", desk_breach, lambda d: f"/desk/breaches/{d.posted}", ("affected",)),
        Door(town, "PAY", "cmf", payment), Door(town, "PAYA", "coo2", payment_decision, None, ("payment",)),
        Door(town, "REC", "cmf", payment_proof, None, ("payment",)),
        Door(town, "WAIV", "cmf", waiver, None, ("gate", "condition")),
        Door(town, "WAIA", "coo2", waiver_answer, None, ("gate", "request", "condition")),
    ]
    return doors
