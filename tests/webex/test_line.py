"""Where calls go and what goes with them: the token, the path, the pages, the session, the body."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from bot.webex.admin import AdminGateway, OrderItem
from bot.webex.line import MAX_PAGES, Bearer, PerThread, Wire, segment
from bot.webex.messages import ChatGateway
from tests.webex.oddities import Odd, Say, running_odd
from tests.webex.two_sides import DRAFT, ONCE, ORDER, PERSON, TOKEN, both_sides

if TYPE_CHECKING:
    from bot.webex.http import Answer
    from tests.webex.two_sides import Call


@both_sides
def test_a_redirect_is_not_followed(odd: Odd, read: Call) -> None:
    with running_odd() as stranger:
        stranger.says(Say(200, PERSON))
        odd.says(Say(302, "", {"Location": f"{stranger.url}/v1/people/p1"}))
        answer = read(odd.url, ONCE)
        assert (answer["kind"], answer["status"]) == ("refused", 302)
        assert stranger.asked == []


@both_sides
def test_the_token_travels_in_its_header_only(odd: Odd, read: Call) -> None:
    answer = read(odd.says(Say(401, {"message": "Who are you?"})).url, ONCE)
    assert [asked.authorization for asked in odd.asked] == [f"Bearer {TOKEN}"]
    assert TOKEN not in odd.asked[0].path
    assert TOKEN not in repr(answer)


def test_the_token_is_in_no_repr() -> None:
    for thing in (Bearer(TOKEN), Wire(TOKEN, "http://127.0.0.1/v1"), AdminGateway(TOKEN, "http://127.0.0.1/v1")):
        assert TOKEN not in repr(thing)


def test_an_order_names_the_person_by_id_and_gives_details_only_with_what_is_added(odd: Odd) -> None:
    added: OrderItem = {
        **ORDER["items"][0],
        "location_id": "denver",
        "phone_number": "+13035550100",
        "extension": "12",
    }
    removed: OrderItem = {**added, "license_id": "l2", "operation": "remove"}
    site: OrderItem = {**ORDER["items"][0], "license_id": None, "site_url": "a.webex.com"}
    _assign_all(odd.says(Say(200)), [added, removed, site])
    assert odd.asked[0].body == {
        "personId": "p1",
        "orgId": "o",
        "licenses": [
            {
                "id": "l1",
                "operation": "add",
                "properties": {"locationId": "denver", "phoneNumber": "+13035550100", "extension": "12"},
            },
            {"id": "l2", "operation": "remove"},
        ],
        "siteUrls": [{"siteUrl": "a.webex.com", "accountType": "attendee", "operation": "add"}],
    }


def _assign_all(odd: Odd, items: list[OrderItem]) -> None:
    answer = AdminGateway(TOKEN, f"{odd.url}/v1", ONCE).assign({**ORDER, "items": items})
    assert answer["kind"] == "ok"


def test_of_several_refusals_of_a_message_the_first_is_told(odd: Odd) -> None:
    odd.says(Say(400, {"message": "first"}), Say(404, {"message": "second"}))
    answer = ChatGateway(TOKEN, f"{odd.url}/v1", ONCE).send(
        {**DRAFT, "parent_id": "t1", "card": {"type": "AdaptiveCard"}}
    )
    assert answer["kind"] == "refused"
    assert (answer["status"], answer["message"]) == (400, "first")
    sent = [{key for key in ("parentId", "attachments") if key in asked.body} for asked in odd.asked]
    assert sent == [{"parentId", "attachments"}, {"parentId"}, {"attachments"}, set()]


def test_a_webhook_is_woken_up_unless_told_otherwise(odd: Odd) -> None:
    odd.says(Say(200, {"id": "w1"}))
    chat = ChatGateway(TOKEN, f"{odd.url}/v1", ONCE)
    chat.update_webhook("w1", "desk", "https://desk.example.com", "secret")
    chat.update_webhook("w1", "desk", "https://desk.example.com", "secret", active=False)
    assert [asked.body.get("status") for asked in odd.asked] == ["active", None]


def _pages(odd: Odd, *links: str) -> Answer:
    bodies = [{"users": [{"id": f"p{number}"}]} for number in range(len(links))]
    odd.says(*(Say(200, body, {"Link": link} if link else {}) for body, link in zip(bodies, links, strict=True)))
    return AdminGateway(TOKEN, f"{odd.url}/v1", ONCE).holders("l1", 20)


def test_all_pages_are_read_even_an_empty_one(odd: Odd) -> None:
    following = f'<{odd.url}/v1/licenses/l1?next=two>; rel="next"'
    odd.says(
        Say(200, {"users": [{"id": "p0"}]}, {"Link": following}),
        Say(200, {"users": []}, {"Link": '</v1/licenses/l1?next=three>; rel="next"'}),
        Say(200, {"users": [{"id": "p2", "type": "EXTERNAL"}]}),
    )
    answer = AdminGateway(TOKEN, f"{odd.url}/v1", ONCE).holders("l1", 20)
    assert answer["kind"] == "ok"
    assert answer["value"]["total"] == 2
    assert [(one["person_id"], one["is_external"]) for one in answer["value"]["first"]] == [("p0", False), ("p2", True)]
    assert [asked.path for asked in odd.asked][1:] == ["/v1/licenses/l1?next=two", "/v1/licenses/l1?next=three"]


def test_a_next_page_at_another_address_is_not_asked_with_our_token(odd: Odd) -> None:
    with running_odd() as stranger:
        answer = _pages(odd, f'<{stranger.url}/v1/licenses/l1?next=two>; rel="next"')
        assert answer["kind"] == "refused"
        assert stranger.asked == []


def test_a_list_without_an_end_is_given_up(odd: Odd) -> None:
    answer = _pages(odd, f'<{odd.url}/v1/licenses/l1?next=again>; rel="next"')
    assert answer["kind"] == "refused"
    assert len(odd.asked) == MAX_PAGES


def test_a_page_that_fails_fails_the_list(odd: Odd) -> None:
    odd.says(Say(200, {"users": []}, {"Link": f'<{odd.url}/v1/more>; rel="next"'}), Say(403))
    answer = AdminGateway(TOKEN, f"{odd.url}/v1", ONCE).holders("l1", 20)
    assert (answer["kind"], answer["status"]) == ("refused", 403)


@both_sides
@pytest.mark.parametrize("identifier", ["..", ".", "", "a/../../licenses", "a?b=c", "a#b"])
def test_no_id_leaves_its_place_in_the_path(odd: Odd, read: Call, identifier: str) -> None:
    odd.says(Say(200, PERSON))
    AdminGateway(TOKEN, f"{odd.url}/v1", ONCE).person(identifier)
    ChatGateway(TOKEN, f"{odd.url}/v1", ONCE).person(identifier)
    read(odd.url, ONCE)
    paths = [asked.path.partition("?")[0] for asked in odd.asked]
    assert {path.rpartition("/")[0] for path in paths} == {"/v1/people"}
    assert all(path.rpartition("/")[2] for path in paths)


def test_a_real_id_is_left_as_it_is() -> None:
    assert segment("Y2lzY29zcGFyazovL3VzL1BFT1BMRS8-_x") == "Y2lzY29zcGFyazovL3VzL1BFT1BMRS8-_x"


def test_every_thread_has_a_session_of_its_own() -> None:
    sessions: PerThread[Any] = PerThread(object)
    seen: list[Any] = []
    thread = Thread(target=lambda: seen.append(sessions.get()))
    thread.start()
    thread.join()
    assert sessions.get() is sessions.get()
    assert seen[0] is not sessions.get()
