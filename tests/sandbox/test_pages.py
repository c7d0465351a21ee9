"""The sandbox's page as it is served; what it does is for the tests with a browser."""

import re
from pathlib import Path

import pytest

from bot.sandbox import pages
from tests.sandbox.clients import Webex

is_built = pytest.mark.skipif(
    not (pages.BUILT / "index.html").is_file(), reason="the page is not built: run `make page` (needs Node)"
)


def get(webex: Webex, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    answer = webex.session.get(f"{webex.url}{path}", headers=headers, timeout=10)
    return answer.status_code, dict(answer.headers), answer.text


@is_built
def test_the_page_stands_at_the_root(webex: Webex) -> None:
    status, headers, text = get(webex, "/")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "<main" in text


@is_built
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("main.js", "text/javascript; charset=utf-8"),
        ("vendor/adaptivecards.js", "text/javascript; charset=utf-8"),
        ("vendor/markdown-it.js", "text/javascript; charset=utf-8"),
        ("theme.css", "text/css; charset=utf-8"),
        ("icons.svg", "image/svg+xml"),
    ],
)
def test_built_files_have_their_types(webex: Webex, name: str, kind: str) -> None:
    status, headers, text = get(webex, f"/page/{name}")
    assert (status, headers["Content-Type"]) == (200, kind)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert text


@is_built
def test_nothing_comes_from_elsewhere_and_nothing_is_inline(webex: Webex) -> None:
    _, headers, text = get(webex, "/")
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=", text)


@is_built
def test_our_own_files_name_no_foreign_host() -> None:
    for path in pages.BUILT.glob("*"):
        if path.is_file():
            found = set(re.findall(r"https?://[\w.-]+", path.read_text(encoding="utf-8")))
            assert found <= {"http://www.w3.org"}, path


@is_built
def test_everything_the_page_asks_for_is_there(webex: Webex) -> None:
    wanted = set(re.findall(r'(?:href|src)="(/page/[^"#]+)', get(webex, "/")[2]))
    for path in pages.BUILT.glob("*.js"):
        wanted |= {f"/page/{name}" for name in re.findall(r'from "\./([^"]+)"', path.read_text(encoding="utf-8"))}
    assert "/page/vendor/markdown-it.js" in wanted
    assert [path for path in sorted(wanted) if get(webex, path)[0] != 200] == []


@pytest.mark.parametrize(
    "path",
    ["/page/none.js", "/page/../pages.py", "/page/..%2f..%2fpages.py", "/page//etc/passwd", "/page/", "/pages.py"],
)
def test_nothing_else_is_served(webex: Webex, path: str) -> None:
    assert get(webex, path)[0] == 404


@pytest.mark.parametrize("headers", [{"Host": "example.com"}, {"Origin": "https://example.com"}])
@pytest.mark.parametrize("path", ["/", "/page/main.js"])
def test_a_foreign_name_is_not_served(webex: Webex, path: str, headers: dict[str, str]) -> None:
    assert get(webex, path, **headers)[0] == 403


def test_a_page_that_is_not_built_says_how_to_build_it(
    webex: Webex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "BUILT", tmp_path)
    status, _, text = get(webex, "/")
    assert status == 503
    assert "make page" in text
