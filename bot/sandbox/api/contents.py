"""Files of messages: taken as an upload or fetched by address, scanned, and handed out to the members of the space."""

import math
import time
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import requests
from flask import Blueprint, Response, current_app, request

from bot.sandbox import ids
from bot.sandbox.api import call
from bot.sandbox.faults import Fault, bad, not_found
from bot.sandbox.fields import Fields
from bot.sandbox.model import Space, Upload
from bot.sandbox.wire import MAX_BODY

routes = Blueprint("contents", __name__)
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
PATIENCE = 5.0
CHUNK = 64 * 1024
SCAN_TAKES = 30.0
"""Seconds of the sandbox's clock for which a file with "scanning" in its name is not handed out."""


@routes.get("/contents/<content_id>")
def one(content_id: str) -> Response:
    """GET and HEAD. A file's name tells what the scanner finds: scanning, infected, unscannable; else it is clean."""
    upload = call.world().uploads.get(content_id)
    if upload is None:
        raise not_found()
    call.world().space_of(upload.space_id, call.caller().person_id)
    _check_scan(upload)
    response = Response(upload.content, content_type=upload.content_type)
    response.headers.set("Content-Disposition", "attachment", filename=upload.name)
    response.headers["Content-Length"] = str(len(upload.content))
    return response


def uploaded() -> Upload | None:
    """Return the one file that a form carries."""
    items = [item for item in request.files.getlist("files") if item.filename]
    if len(items) > 1:
        raise bad("Only one file per message is supported.")
    if not items:
        return None
    return Upload("", items[0].filename or "file", items[0].mimetype or "application/octet-stream", items[0].read())


def named(body: Fields) -> Upload | None:
    """Fetch the one file that a body names by its address."""
    given = body.values.get("files")
    addresses = body.strings("files") if isinstance(given, list) else [body.text("files") or ""]
    addresses = [address for address in addresses if address]
    if len(addresses) > 1:
        raise bad("Only one file per message is supported.")
    if not addresses:
        return None
    host = _host_of(addresses[0])
    if host not in LOOPBACK and not current_app.config["ALLOW_EXTERNAL"]:
        raise bad("files: the sandbox fetches from this machine only")
    with call.unlocked():
        return _fetch(addresses[0])


def keep(upload: Upload, space: Space) -> str:
    content_id = ids.fresh("CONTENT")
    upload.space_id, upload.uploaded_at = space.space_id, call.world().clock.seconds()
    call.world().uploads[content_id] = upload
    return f"{request.host_url}v1/contents/{content_id}"


def _check_scan(upload: Upload) -> None:
    name, allowed = upload.name.lower(), call.query().text("allow")
    left = SCAN_TAKES - (call.world().clock.seconds() - upload.uploaded_at)
    if "scanning" in name and left > 0:
        raise Fault(423, "The file is being scanned for malware.", Retry_After=str(math.ceil(left)))
    if "infected" in name:
        raise Fault(410, "The file was found to be infected and cannot be downloaded.")
    if "unscannable" in name and allowed != "unscannable":
        raise Fault(428, "The file cannot be scanned for malware. Use allow=unscannable to download it anyway.")


def _host_of(address: str) -> str:
    try:
        split = urlsplit(address)
        host, _ = split.hostname, split.port
    except ValueError:
        raise bad("files must be an address") from None
    if split.scheme not in {"http", "https"} or not host:
        raise bad("files must be an address that begins with http:// or https://")
    return host


def _fetch(address: str) -> Upload:
    """Without redirects: they could lead anywhere."""
    ends = time.monotonic() + PATIENCE
    content = bytearray()
    try:
        with requests.Session() as session:
            session.trust_env = False
            with session.get(address, timeout=PATIENCE, stream=True, allow_redirects=False) as answer:
                if answer.status_code != requests.codes.ok:
                    raise bad(f"files: the address answered {answer.status_code}")
                for chunk in answer.iter_content(CHUNK):
                    content += chunk
                    if len(content) > MAX_BODY or time.monotonic() > ends:
                        raise bad("files: the file is too large or comes too slowly")
                kind = answer.headers.get("Content-Type", "application/octet-stream")
    except (requests.RequestException, ValueError):
        raise bad("files: the address cannot be read") from None
    name = PurePosixPath(unquote(urlsplit(address).path)).name or "file"
    return Upload("", name, kind, bytes(content))
