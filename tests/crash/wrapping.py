"""Hooks around the places at which a process may die: gateway calls and commits. All that is wrapped still runs.

They hang on the libraries, so that nothing in `bot` knows of them; names of the engine that are private are only here.
"""

import json
import threading
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

import requests
from dbos import _core as engine_core
from dbos import _sys_db as engine_store
from dbos._context import get_local_dbos_context
from flask import has_request_context, request
from requests.adapters import HTTPAdapter
from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.store.upkeep import CallBudget
from tests.crash.tracking import Tracker, label_of, path_of


def wrap_everything(tracker: Tracker) -> None:
    wrap_steps(tracker)
    wrap_calls(tracker)
    wrap_commits(tracker)
    wrap_engine(tracker)


def wrap_steps(tracker: Tracker) -> None:
    """Note which step begins; one that is only read from its checkpoint counts as well, which keeps numbers equal."""
    really = engine_core.invoke_step

    @wraps(really)
    def invoke_step(dbos: Any, context: Any, *given: Any, step_name: str, **options: Any) -> Any:
        tracker.enter(context.workflow_id, step_name)
        return really(dbos, context, *given, step_name=step_name, **options)

    setattr(engine_core, "invoke_step", invoke_step)  # noqa: B010 its type is more than a wrapper can have


def wrap_calls(tracker: Tracker) -> None:
    """Before a call; when Webex has done it and the answer is not read yet; when the bot knows the answer."""
    last = threading.local()
    really_send, really_ask = HTTPAdapter.send, requests.Session.send

    @wraps(really_send)
    def send(self: HTTPAdapter, call: requests.PreparedRequest, *given: Any, **options: Any) -> requests.Response:
        name = _next(tracker, f"{call.method} {path_of(urlsplit(call.url or '').path)}")
        if not name:
            return really_send(self, call, *given, **options)
        tracker.reach(f"{name}/before")
        response = really_send(self, call, *given, **options)  # the headers have come; the body is still on the wire
        tracker.reach(f"{name}/unheard")
        last.name = name
        return response

    @wraps(really_ask)
    def ask(self: requests.Session, call: requests.PreparedRequest, **options: Any) -> requests.Response:
        last.name = ""
        try:
            return really_ask(self, call, **options)
        finally:
            if last.name:
                tracker.reach(f"{last.name}/answered")

    HTTPAdapter.send = send  # type: ignore[method-assign,assignment]
    requests.Session.send = ask  # type: ignore[method-assign,assignment]


def wrap_commits(tracker: Tracker) -> None:
    """Around the commit of each transaction of ours: the web's, those of steps, and those inside of steps."""

    def before(session: Session) -> None:
        session.info["point"] = name = "" if _counts_calls(session) else _next(tracker, "commit")
        if name:
            tracker.reach(f"{name}/before")

    def after(session: Session) -> None:
        name = session.info.pop("point", "")
        if name:
            tracker.reach(f"{name}/after")

    event.listen(Session, "before_commit", before)
    event.listen(Session, "after_commit", after)


def wrap_engine(tracker: Tracker) -> None:
    """Around the engine's own commits: a workflow is claimed, a step's result is noted, a workflow has ended."""
    store = engine_store.SystemDatabase

    def around(method: str, point: str) -> None:
        really = getattr(store, method)

        @wraps(really)
        def wrapped(self: Any, first: Any, *given: Any, **options: Any) -> Any:
            workflow_id = first if isinstance(first, str) else first["workflow_uuid"]
            place = tracker.place(workflow_id) if point == "checkpoint" else label_of(workflow_id)
            if place:
                tracker.reach(f"{place}/{point}/before")
            answer = really(self, first, *given, **options)
            if place:
                tracker.reach(f"{place}/{point}/after")
            return answer

        setattr(store, method, wrapped)

    def after_claim(method: str) -> None:
        really = getattr(store, method)

        @wraps(really)
        def wrapped(self: Any, *given: Any, **options: Any) -> Any:
            answer = really(self, *given, **options)
            for workflow_id in answer[0] if isinstance(answer, tuple) else answer:
                if label_of(workflow_id):
                    tracker.reach(f"{label_of(workflow_id)}/claimed")
            return answer

        setattr(store, method, wrapped)

    around("record_operation_result", "checkpoint")
    around("update_workflow_outcome", "outcome")
    after_claim("start_queued_workflows")
    after_claim("start_queued_partitioned_workflows")


def _counts_calls(session: Session) -> bool:
    """Whether this only counts calls to Webex, some at a time: that is due now and then, and at no certain place."""
    return any(isinstance(row, CallBudget) for row in session)


def _next(tracker: Tracker, name: str) -> str:
    """Return the name of what this thread is about to do, or "" if it is no part of the job."""
    if has_request_context():
        resource = _delivered()
        return f"web/{resource}/{tracker.number(f'web/{resource}', name)}" if resource else ""
    context = get_local_dbos_context()
    place = tracker.place(context.workflow_id) if context is not None else ""
    return f"{place}/{tracker.number(f'{context.workflow_id}/{place}', name)}" if context and place else ""


def _delivered() -> str:
    """Return what the delivery that this thread answers is about."""
    try:
        envelope = json.loads(request.get_data())
    except ValueError:
        return ""
    return f"{envelope['resource']}:{envelope['event']}" if isinstance(envelope, dict) else ""
