"""Messages: destinations, limits, mentions, who may read, edit, delete; paging."""

from typing import Any

import pytest

from tests.sandbox.clients import Caller, Webex

DESK = "license-desk@webex.bot"
CARD = {
    "contentType": "application/vnd.microsoft.card.adaptive",
    "content": {"type": "AdaptiveCard", "version": "1.3", "body": [{"type": "TextBlock", "text": "Hello"}]},
}


def group(caller: Caller, title: str = "IT requests") -> str:
    rooms = caller.get("rooms", type="group")["items"]
    return next(str(room["id"]) for room in rooms if room["title"] == title)


def test_a_direct_message_opens_one_space_and_reuses_it(webex: Webex) -> None:
    employee, bot = webex.caller("employee"), webex.caller("bot")
    first = employee.post("messages", toPersonEmail=DESK, text="help")
    second = bot.post("messages", toPersonId=employee.person_id, text="Hello")
    assert first["roomId"] == second["roomId"]
    assert first["roomType"] == "direct"
    shown = bot.get("messages/direct", personEmail=employee.email)["items"]
    assert [one["text"] for one in shown] == ["Hello", "help"]


@pytest.mark.parametrize(
    "body",
    [
        {"text": "nobody named"},
        {"toPersonEmail": DESK, "toPersonId": "x", "text": "two named"},
        {"toPersonEmail": DESK},
        {"toPersonEmail": DESK, "text": ""},
        {"toPersonEmail": DESK, "attachments": [CARD]},
        {"toPersonEmail": DESK, "text": "two cards", "attachments": [CARD, CARD]},
        {"toPersonEmail": DESK, "text": "odd", "attachments": [{"contentType": "text/plain"}]},
        {"toPersonEmail": DESK, "text": "x" * 7440},
        {"toPersonEmail": DESK, "markdown": "é" * 3720},
        {"toPersonEmail": DESK, "text": 7},
        {"toPersonEmail": ["x"], "text": "kind"},
        {"toPersonEmail": DESK, "text": "x", "attachments": {"a": 1}},
    ],
)
def test_what_webex_refuses_is_refused(webex: Webex, body: dict[str, Any]) -> None:
    assert webex.caller("employee").status("POST", "messages", body) == 400
    assert webex.snapshot()["messages"] == []


def test_the_limit_counts_bytes(webex: Webex) -> None:
    employee = webex.caller("employee")
    assert employee.status("POST", "messages", {"toPersonEmail": DESK, "markdown": "é" * 3719}) == 200


def test_unknown_destinations_are_not_found(webex: Webex) -> None:
    employee = webex.caller("employee")
    assert employee.status("POST", "messages", {"roomId": "x", "text": "x"}) == 404
    assert employee.status("POST", "messages", {"toPersonEmail": "nobody@example.com", "text": "x"}) == 404
    outside = {"roomId": group(webex.caller("external"), "Partner project"), "text": "x"}
    assert webex.caller("manager").status("POST", "messages", outside) == 404


def test_form_and_multipart_say_the_same_as_json(webex: Webex) -> None:
    employee = webex.caller("employee")
    fields = {"toPersonEmail": DESK, "markdown": "**help**"}
    form = employee.call("POST", "messages", data=fields).json()
    parts = employee.call("POST", "messages", files={name: (None, value) for name, value in fields.items()}).json()
    assert form["text"] == parts["text"] == employee.post("messages", **fields)["text"] == "help"


def test_an_upload_is_downloaded_by_members_only(webex: Webex) -> None:
    employee = webex.caller("employee")
    fields = {"toPersonEmail": (None, DESK), "files": ("list.csv", b"a,b", "text/csv")}
    sent = employee.call("POST", "messages", files=fields).json()
    path = sent["files"][0].partition("/v1/")[2]
    assert webex.caller("bot").call("GET", path).content == b"a,b"
    assert webex.caller("manager").call("GET", path).status_code == 404


def test_markdown_becomes_html_and_text(webex: Webex) -> None:
    sent = webex.caller("employee").post(
        "messages",
        toPersonEmail=DESK,
        markdown="**bold** and _low_ \\*plain\\* [link](https://example.com) `x*y*`\n\n- one\n- <script>",
    )
    assert sent["text"] == "bold and low *plain* link x*y*\n\n- one\n- <script>"
    assert "<strong>bold</strong> and <em>low</em> *plain*" in sent["html"]
    assert '<a href="https://example.com" rel="nofollow noopener">link</a> <code>x*y*</code>' in sent["html"]
    assert "<li>one</li><li>&lt;script&gt;</li>" in sent["html"]


def test_a_mention_in_a_group_space_leads_the_text_and_is_tagged(webex: Webex) -> None:
    employee, bot = webex.caller("employee"), webex.caller("bot")
    sent = employee.post("messages", roomId=group(employee), markdown=f"<@personEmail:{DESK}> help")
    assert sent["text"] == "License Desk help"
    assert sent["mentionedPeople"] == [bot.person_id]
    tag = f'<spark-mention data-object-type="person" data-object-id="{bot.person_id}">License Desk</spark-mention>'
    assert tag in sent["html"]
    nick = employee.post("messages", roomId=group(employee), markdown=f"<@personId:{bot.person_id}|License> help")
    assert nick["text"] == "License help"
    everybody = employee.post("messages", roomId=group(employee), markdown="<@all> hi")
    assert everybody["mentionedGroups"] == ["all"]


@pytest.mark.parametrize("words", ["<@personEmail:director@example.com> hi", "\\<@personEmail:manager@example.com> hi"])
def test_outsiders_and_escaped_mentions_stay_text(webex: Webex, words: str) -> None:
    employee = webex.caller("employee")
    sent = employee.post("messages", roomId=group(employee), markdown=words)
    assert "mentionedPeople" not in sent
    assert "spark-mention" not in sent["html"]


def test_a_bot_reads_in_a_group_space_only_what_mentions_it(webex: Webex) -> None:
    employee, bot = webex.caller("employee"), webex.caller("bot")
    room_id = group(employee)
    private = employee.post("messages", roomId=room_id, text="not for bots")
    public = employee.post("messages", roomId=room_id, markdown=f"<@personEmail:{DESK}> help")
    assert bot.status("GET", f"messages/{private['id']}") == 404
    assert bot.get(f"messages/{public['id']}")["text"] == "License Desk help"
    assert bot.status("GET", "messages", roomId=room_id) == 403
    listed = bot.get("messages", roomId=room_id, mentionedPeople="me")["items"]
    assert [one["id"] for one in listed] == [public["id"]]
    own = bot.post("messages", roomId=room_id, text="mine")
    assert bot.status("GET", f"messages/{own['id']}") == 200
    assert webex.caller("director").status("GET", f"messages/{public['id']}") == 404


def test_replies_name_a_message_that_is_no_reply(webex: Webex) -> None:
    employee, bot = webex.caller("employee"), webex.caller("bot")
    room_id = group(employee)
    root = employee.post("messages", roomId=room_id, text="root")
    reply = bot.post("messages", parentId=root["id"], text="reply")
    assert (reply["parentId"], reply["roomId"]) == (root["id"], room_id)
    nested = {"roomId": room_id, "parentId": reply["id"], "text": "x"}
    assert bot.status("POST", "messages", nested) == 400
    assert bot.status("POST", "messages", nested | {"parentId": "unknown"}) == 404
    thread = employee.get("messages", roomId=room_id, parentId=root["id"])["items"]
    assert [one["id"] for one in thread] == [reply["id"]]


def test_a_message_is_edited_ten_times_by_its_author(webex: Webex) -> None:
    employee, bot = webex.caller("employee"), webex.caller("bot")
    sent = employee.post("messages", toPersonEmail=DESK, text="0")
    path, body = f"messages/{sent['id']}", {"roomId": sent["roomId"], "markdown": "**new**"}
    assert bot.status("PUT", path, body) == 403
    assert [employee.status("PUT", path, body) for _ in range(11)] == [200] * 10 + [400]
    assert employee.get(path)["text"] == "new"
    assert employee.status("PUT", path, {"roomId": "other", "text": "x"}) == 400


def test_a_card_cannot_be_edited(webex: Webex) -> None:
    bot, employee = webex.caller("bot"), webex.caller("employee")
    sent = bot.post("messages", toPersonId=employee.person_id, text="card", attachments=[CARD])
    assert sent["attachments"] == [CARD]
    assert bot.status("PUT", f"messages/{sent['id']}", {"roomId": sent["roomId"], "text": "new"}) == 400


def test_only_the_author_deletes_and_then_it_is_gone(webex: Webex) -> None:
    employee, bot = webex.caller("employee"), webex.caller("bot")
    sent = employee.post("messages", toPersonEmail=DESK, text="oops")
    assert bot.status("DELETE", f"messages/{sent['id']}") == 403
    employee.delete(f"messages/{sent['id']}")
    assert employee.status("GET", f"messages/{sent['id']}") == 404
    assert employee.status("DELETE", f"messages/{sent['id']}") == 404
    assert employee.get("messages", roomId=sent["roomId"])["items"] == []
    assert [one["deleted"] for one in webex.snapshot()["messages"]] == [True]


def test_lists_are_newest_first_and_page_backwards(webex: Webex) -> None:
    employee = webex.caller("employee")
    sent = [employee.post("messages", toPersonEmail=DESK, text=str(n)) for n in range(7)]
    answer = employee.call("GET", "messages", params={"roomId": sent[0]["roomId"], "max": 3})
    words = [one["text"] for one in answer.json()["items"]]
    while "next" in answer.links:
        answer = employee.call("GET", answer.links["next"]["url"].partition("/v1/")[2])
        words += [one["text"] for one in answer.json()["items"]]
    assert words == ["6", "5", "4", "3", "2", "1", "0"]
    earlier = employee.get("messages", roomId=sent[0]["roomId"], beforeMessage=sent[1]["id"])["items"]
    assert [one["text"] for one in earlier] == ["0"]
    assert employee.get("messages", roomId=sent[0]["roomId"], before="2020-01-01T00:00:00Z")["items"] == []
    assert employee.status("GET", "messages", roomId=sent[0]["roomId"], before="soon") == 400
    assert employee.status("GET", "messages") == 400


def test_a_1to1_space_that_was_never_opened_is_not_found(webex: Webex) -> None:
    assert webex.caller("bot").status("GET", "messages/direct", personEmail="hana.sato@example.com") == 404
