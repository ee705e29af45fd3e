"""Stopped in the middle: a clerk who opens one file after another, and an account that is withdrawn while it works."""
import threading
import time

import accounts
import steps

FILES = 45      # more than anybody may open in an hour (src/vault/budget.c: 40)
ALERT_S = 5     # from the refusal to the first page of those who answer for alerts
REVOKED_S = 1   # from the coordinator's answer to the last page that the account is given


def account(t, house, login, name, role):
    _, link = accounts.invite(house.sign_in("coo2"), login, name, role=role)
    guest, made, code = accounts.open_account(t, house, link, login)
    t.same(f"{login} is in", accounts.confirm(guest, login, accounts.FRESH, made, code).status, 303)
    return guest


def clerk(t, house):
    cmf, dpo, coo = house.sign_in("cmf"), house.sign_in("dpo"), house.sign_in("coo2")
    files = [steps.refer(cmf) for _ in range(FILES)]
    trv = account(t, house, "gilles", "G. Curious", "TRV")
    replies = [trv.get(f"/cases/{case}") for case in files]
    refused, served = time.monotonic(), [r.status for r in replies]
    t.check("forty files, then no more", served == [200] * 40 + [429] * (FILES - 40), served)
    for who, browser in (("the data-protection officer", dpo), ("the coordinator", coo)):
        told = steps.soon(lambda b=browser: "G. Curious has reached a limit" in steps.words(b.get("/")), ALERT_S)
        t.check(f"{who} is told within {ALERT_S} s", told, f"{time.monotonic() - refused:.1f} s")
    t.check("the page says what, why and whom to ask", "coo2 Test" in steps.words(replies[-1]), steps.words(replies[-1])[:300])
    t.check("it names nobody", not any(w in replies[-1].text for w in ("Osagie", "Blessing", "Precious", "Babatunde")))
    t.same("a file of this hour stays open", trv.get(f"/cases/{files[0]}").status, 200)
    t.same("the limit survives signing in again", second_session(house, "gilles").get(f"/cases/{files[-1]}").status, 429)


def second_session(house, login):
    guest, account = house.visitor(), house.accounts[login]
    guest.post("/sign-in", [("login", login), ("password", accounts.FRESH), ("code", account.code())])
    return guest


def revoked(t, house):
    coo = house.sign_in("coo2")
    cmf = account(t, house, "hugo", "H. Working", "CMF")
    case = steps.refer(cmf)
    seen, stop = [], threading.Event()

    def works():
        while not stop.is_set():
            seen.append((cmf.get(f"/cases/{case}").status, time.monotonic()))

    number = accounts.number_of(coo, "H. Working")
    worker = threading.Thread(target=works)
    worker.start()
    try:
        t.check("it works", steps.soon(lambda: len(seen) > 20))
        asked = coo.post(f"/accounts/{number}/revoke", [("csrf", accounts.csrf(coo))])
        at = time.monotonic()
        time.sleep(2 * REVOKED_S)
    finally:
        stop.set()
        worker.join()
    t.same("withdrawn", asked.status, 303)
    t.check("it was served until then", seen[0][0] == 200, seen[0])
    late = [when - at for status, when in seen if status == 200 and when > at]
    t.check(f"nothing more within {REVOKED_S} s", not late or max(late) < REVOKED_S, late[-3:])
    t.check("sent to the door instead", seen[-1][0] == 303, seen[-1])
