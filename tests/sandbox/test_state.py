"""The state in a file, and a large company."""

import json
from pathlib import Path
from typing import Any

import pytest
import requests
from typer.testing import CliRunner

from bot.cli import main
from bot.sandbox.seed import tokens
from bot.sandbox.server import RunningSandbox, StateError
from tests.sandbox.clients import Webex
from tests.sandbox.test_files import CONTENT, upload
from tests.sandbox.test_messages import CARD, DESK

NEW_OF_PEOPLE = (
    "first_name", "last_name", "nick_name", "manager", "avatar", "addresses", "phones", "last_modified",
)  # fmt: skip


def at(sandbox: RunningSandbox, line: requests.Session) -> Webex:
    webex = Webex(sandbox.url, line, {person["token"]: person for person in tokens()})
    webex.licenses = {one["name"]: one["id"] for one in webex.caller("admin").get("licenses")["items"]}
    return webex


def test_everything_lasts_from_one_run_to_the_next(line: requests.Session, tmp_path: Path) -> None:
    file = tmp_path / "webex.json"
    with RunningSandbox(state_file=file) as sandbox:
        webex = at(sandbox, line)
        admin, bot, employee = webex.caller("admin"), webex.caller("bot"), webex.caller("employee")
        card = bot.post("messages", toPersonEmail=employee.email, text="card", attachments=[CARD])
        press = employee.post("attachment/actions", type="submit", messageId=card["id"], inputs={"do": "approve"})
        hook = bot.post("webhooks", name="w", targetUrl="http://127.0.0.1:9/", resource="messages", event="created")
        path = upload(bot, "x.csv")
        webex.assign(employee.person_id, webex.add("Messaging"), webex.add("Hybrid Call Aware"))
        eve = webex.hire(email="eve@example.com")
        webex.control("POST", "clock", {"offset": 86_400})
        before = webex.snapshot()
    with RunningSandbox(state_file=file) as sandbox:
        webex = at(sandbox, line)
        admin, bot, employee = webex.caller("admin"), webex.caller("bot"), webex.caller("employee")
        after = webex.snapshot()
        assert [after[key] for key in ("people", "licenses", "messages")] == [
            before[key] for key in ("people", "licenses", "messages")
        ]
        assert bot.get(f"attachment/actions/{press['id']}") == press
        assert bot.get(f"webhooks/{hook['id']}")["targetUrl"] == "http://127.0.0.1:9/"
        assert employee.call("GET", path).content == CONTENT
        assert webex.control("GET", "clock").json()["offset"] == 86_400
        assert admin.get("people", email="eve@example.com")["items"][0]["id"] == eve.person_id
        assert len(admin.get("resourceGroup/memberships")["items"]) == 2
        assert webex.control("POST", "reset").status_code == 204
    assert "eve@example.com" not in file.read_text()


def test_a_change_is_written_while_the_sandbox_runs(line: requests.Session, tmp_path: Path) -> None:
    file = tmp_path / "webex.json"
    with RunningSandbox(state_file=file) as sandbox:
        webex = at(sandbox, line)
        webex.caller("employee").post("messages", toPersonEmail=DESK, text="remember me")
        for _ in range(100_000):
            if "remember me" in file.read_text():
                break
            webex.control("GET", "idle")
        assert "remember me" in file.read_text()
        assert list(tmp_path.iterdir()) == [file]


def as_version_1(raw: str) -> dict[str, Any]:
    """How the file looked when there was one organization that owned everything, and less to know of people."""
    kept: dict[str, Any] = json.loads(raw)
    home = kept["organizations"][kept["org_id"]]
    kept |= {"version": 1, "sites": home["sites"], "groups": home["groups"]}
    kept["organizations"] = {key: org["name"] for key, org in kept["organizations"].items()}
    for one in (*kept["licenses"].values(), *kept["audit"]):
        del one["org_id"]
    for person in kept["people"].values():
        for name in NEW_OF_PEOPLE:
            del person[name]
    return kept


def test_a_file_of_version_1_is_read_as_it_was(line: requests.Session, tmp_path: Path) -> None:
    file = tmp_path / "webex.json"
    with RunningSandbox(state_file=file) as sandbox:
        webex = at(sandbox, line)
        webex.assign(webex.caller("employee").person_id, webex.add("Hybrid Call Aware"))
        before = webex.snapshot()
    file.write_text(json.dumps(as_version_1(file.read_text())))
    with RunningSandbox(state_file=file) as sandbox:
        webex = at(sandbox, line)
        admin = webex.caller("admin")
        after = webex.snapshot()
        assert (after["people"], after["licenses"]) == (before["people"], before["licenses"])
        assert [one["name"] for one in admin.get("resourceGroups")["items"]] == ["Default", "Europe", "Americas"]
        assert len(admin.get("resourceGroup/memberships")["items"]) == 2
        period = {"from": "2020-01-01T00:00:00Z", "to": "2099-01-01T00:00:00Z"}
        assert len(admin.get("adminAudit/events", orgId=admin.who["orgId"], **period)["items"]) == 1
        employee = admin.get(f"people/{webex.caller('employee').person_id}")
        assert (employee["firstName"], employee["lastModified"]) == ("Emil", employee["created"])


def test_organizations_and_whole_records_last(line: requests.Session, tmp_path: Path) -> None:
    file = tmp_path / "webex.json"
    with RunningSandbox(state_file=file) as sandbox:
        webex = at(sandbox, line)
        admin, person_id = webex.caller("admin"), webex.caller("employee").person_id
        body = {"displayName": "Customer", "managedBy": [admin.person_id]}
        org_id = webex.control("POST", "organizations", body).json()["id"]
        webex.change(
            person_id, addresses=[{"type": "work", "country": "DE"}], nickName="Emmi", avatar="https://x.example"
        )
        before = [admin.get("licenses", orgId=org_id), admin.get(f"people/{person_id}")]
    with RunningSandbox(state_file=file) as sandbox:
        admin = at(sandbox, line).caller("admin")
        assert [admin.get("licenses", orgId=org_id), admin.get(f"people/{person_id}")] == before


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"version": 1}'])
def test_a_file_that_is_no_state_is_refused_and_left_alone(tmp_path: Path, text: str) -> None:
    file = tmp_path / "webex.json"
    file.write_text(text)
    with pytest.raises(StateError, match=r"is not a state that this sandbox can read"):
        RunningSandbox(state_file=file)
    assert file.read_text() == text


def test_an_operator_reads_what_is_wrong_with_the_file(tmp_path: Path) -> None:
    file = tmp_path / "webex.json"
    file.write_text("{}")
    told = CliRunner(env={"COLUMNS": "400"}).invoke(main, ["sandbox", "--port", "0", "--file", str(file)])
    assert told.exit_code == 2
    assert "is not a state that this sandbox can read" in told.output
    assert "Traceback" not in told.output


def test_a_file_of_another_version_or_out_of_reach_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "webex.json"
    RunningSandbox(state_file=file).close()
    file.write_text(json.dumps(json.loads(file.read_text()) | {"version": 99}))
    with pytest.raises(StateError, match="another version"):
        RunningSandbox(state_file=file)
    with pytest.raises(StateError, match="cannot be"):
        RunningSandbox(state_file=tmp_path / "missing" / "webex.json")
    with pytest.raises(StateError, match="cannot be read"):
        RunningSandbox(state_file=tmp_path)


def test_a_large_company_has_the_seed_in_it_and_pages_properly(line: requests.Session) -> None:
    with RunningSandbox(people=3000, licenses=60) as sandbox:
        webex = at(sandbox, line)
        admin = webex.caller("admin")
        answer = admin.call("GET", "people", params={"max": 1000})
        found = [one["id"] for one in answer.json()["items"]]
        while "next" in answer.links:
            answer = admin.call("GET", answer.links["next"]["url"].partition("/v1/")[2])
            found += [one["id"] for one in answer.json()["items"]]
        assert len(found) == len(set(found)) == 3000 + 2  # and the two bots
        assert webex.caller("manager").person_id in found
        assert len(admin.get("licenses")["items"]) == 60
        answer = webex.assign(found[-1], webex.add("Messaging"))
        assert (answer.status_code, webex.license("Messaging") in answer.json()["licenses"]) == (200, True)
        last = admin.get(f"people/{found[-1]}")
        assert admin.get(f"people/{last['managerId']}")["department"] == last["department"]


def test_who_holds_what_stays_right_through_changes(webex: Webex) -> None:
    """What is counted and found is kept aside for speed; it must follow whoever comes, changes and goes."""
    admin, employee = webex.caller("admin"), webex.caller("employee")
    path = f"licenses/{webex.license('Messaging')}"

    def holders() -> set[str]:
        found = admin.get(path, includeAssignedTo="user")
        assert found["consumedUnits"] == len(found["users"])
        return {user["email"].partition("@")[0] for user in found["users"]}

    assert holders() == {"manager", "director"}
    webex.assign(employee.person_id, webex.add("Messaging"))
    webex.change(employee.person_id, emails=["renamed@example.com"])
    assert holders() == {"manager", "director", "renamed"}
    webex.change(webex.caller("director").person_id, licenses=[])
    webex.control("DELETE", f"people/{employee.person_id}")
    assert holders() == {"manager"}
    webex.control("POST", "reset")
    assert holders() == {"manager", "director"}
