"""Trading a refresh token, whatever the other side says; and which token a call goes out with."""

from urllib.parse import parse_qs

import pytest

from bot.sandbox.accounts import ADMINS_REFRESH_TOKEN, INTEGRATION
from bot.webex.admin import AdminGateway
from bot.webex.http import Answer, busy
from bot.webex.line import NoToken
from bot.webex.tokens import Application, ends_at, trade
from tests.webex.company import EMPLOYEE, Company, refusal_of, value_of
from tests.webex.conftest import BRIEF
from tests.webex.oddities import Odd, Say


def integration(url: str) -> Application:
    return Application(INTEGRATION.client_id, INTEGRATION.client_secret, f"{url}/v1")


class Purse:
    """Tokens in a row; each that is refused is followed by the next."""

    def __init__(self, *values: str) -> None:
        self.values = list(values)

    def current(self) -> str:
        if not self.values:
            raise NoToken(busy(503, 7))
        return self.values[0]

    def renew(self, spent: str) -> bool:
        if spent in self.values:
            self.values.remove(spent)
        return bool(self.values)


def test_a_trade_is_a_form_without_any_other_proof(odd: Odd) -> None:
    odd.says(Say(body={"access_token": "a", "expires_in": 60}))
    pair = value_of(trade(Application("id", "se&cret", f"{odd.url}/v1/"), "re=fresh"))
    assert pair == {"access": "a", "refresh": "", "lives": 60, "refresh_lives": None}
    (asked,) = odd.asked
    assert (asked.method, asked.path, asked.authorization) == ("POST", "/v1/access_token", "")
    assert parse_qs(asked.body) == {
        "grant_type": ["refresh_token"],
        "client_id": ["id"],
        "client_secret": ["se&cret"],
        "refresh_token": ["re=fresh"],
    }


def test_a_trade_gives_a_token_that_opens_the_admin_side_and_tells_when_it_ends(company: Company) -> None:
    pair = value_of(trade(integration(company.url), ADMINS_REFRESH_TOKEN))
    assert (pair["lives"], pair["refresh_lives"]) == (14 * 86_400, 90 * 86_400)
    assert value_of(AdminGateway(pair["access"], f"{company.url}/v1", BRIEF).person(EMPLOYEE))["person_id"] == EMPLOYEE
    assert value_of(ends_at(pair["access"], f"{company.url}/v1")) > 1_700_000_000
    assert refusal_of(trade(integration(company.url), "unknown"))[0] == 400


@pytest.mark.parametrize(
    "say",
    [
        Say(breaks=True),
        Say(503),
        Say(200, "<html>"),
        Say(200, {}),
        Say(200, []),
        Say(200, {"access_token": 5}),
        Say(200, {"access_token": "a\r\nX-Evil:b"}),
        Say(200, {"access_token": "a b"}),
        Say(200, {"access_token": "é"}),
    ],
)
def test_a_trade_that_gives_no_usable_token_is_to_be_tried_later(odd: Odd, say: Say) -> None:
    odd.says(say)
    assert trade(integration(odd.url), "r")["kind"] == "busy"
    assert len(odd.asked) == 1


@pytest.mark.parametrize("life", [None, "soon", -5, 0, [], "60"])
def test_a_life_that_cannot_be_read_is_not_known(odd: Odd, life: object) -> None:
    odd.says(Say(body={"access_token": "a", "expires_in": life, "refresh_token_expires_in": life}))
    pair = value_of(trade(integration(odd.url), "r"))
    assert pair["lives"] == pair["refresh_lives"] == (60 if life == "60" else None)


def test_a_redirect_gets_no_secret(odd: Odd) -> None:
    odd.says(Say(307, headers={"Location": f"{odd.url}/elsewhere"}))
    assert trade(integration(odd.url), "r")["kind"] == "refused"
    assert len(odd.asked) == 1


def test_neither_secret_is_in_what_is_shown() -> None:
    assert "secret" not in repr(Application("id", "secret", "https://webexapis.com/v1")).replace("client_secret", "")


@pytest.mark.parametrize("method", ["GET", "PATCH", "POST", "PUT"])
def test_a_call_that_is_refused_for_its_token_is_made_once_more_with_the_next(odd: Odd, method: str) -> None:
    odd.says(Say(401), Say(200, {"id": EMPLOYEE}))
    wire = AdminGateway(Purse("old", "new", "newer"), f"{odd.url}/v1", BRIEF)._wire  # noqa: SLF001 every method is wanted
    body: dict[str, str] = {"some": "thing"}
    heard = wire.get("x") if method == "GET" else getattr(wire, method.lower())("x", body)
    assert heard.answer["kind"] == "ok"
    assert [(one.method, one.authorization) for one in odd.asked] == [(method, "Bearer old"), (method, "Bearer new")]
    assert odd.asked[1].body == (None if method == "GET" else body)


def test_a_call_that_is_refused_twice_stays_refused_and_is_not_made_a_third_time(odd: Odd) -> None:
    odd.says(Say(401))
    assert refusal_of(AdminGateway(Purse("a", "b", "c"), f"{odd.url}/v1", BRIEF).person(EMPLOYEE))[0] == 401
    assert len(odd.asked) == 2


def test_every_request_goes_out_with_the_token_of_its_time(odd: Odd) -> None:
    odd.says(Say(200, {"id": EMPLOYEE}))
    purse = Purse("one", "two")
    admin = AdminGateway(purse, f"{odd.url}/v1", BRIEF)
    admin.person(EMPLOYEE)
    purse.values.pop(0)
    admin.person(EMPLOYEE)
    assert [one.authorization for one in odd.asked] == ["Bearer one", "Bearer two"]


def test_without_a_token_nothing_is_asked_and_the_reason_is_the_answer(odd: Odd) -> None:
    answer: Answer = AdminGateway(Purse(), f"{odd.url}/v1", BRIEF).person(EMPLOYEE)
    assert answer["kind"] == "busy"
    assert (answer["status"], answer["seconds"], odd.asked) == (503, 7, [])
