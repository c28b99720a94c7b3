"""The pages of the pretend Facebook that people click on, and how it starts, stops and remembers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import urllib3

from rehearsal.facebook.server import PretendFacebook

ROOT = Path(__file__).parents[2]


def form(graph: Any, path: str, **fields: str) -> Any:
    return graph.call("POST", path, fields)


def test_the_first_page_lists_the_pages_and_says_what_it_is(graph: Any) -> None:
    shown = graph.raw("GET", "/").body.decode()
    assert "Rehearsal - not Facebook" in shown
    assert 'href="/pages/10001"' in shown


def test_a_family_comments_the_page_answers_and_both_can_be_changed(graph: Any) -> None:
    post = graph.publish("Book fair", link="https://example.org/e/1")
    done = form(graph, "/pages/10001/comments", post=post, message="متى؟", who="أمينة حسن")
    assert (done.status, done.headers["Location"]) == (303, "/pages/10001#post-5551")
    form(graph, "/pages/10001/comments", post=post, parent="5551_9001", message="At six", who="page")
    form(graph, "/pages/10001/comments/5551_9001/edit", message="متى وأين؟")
    form(graph, "/pages/10001/comments/5551_9001/hide")
    family, page = graph.posts()[0]["comments"]
    assert (family["text"], family["hidden"], family["author"]["name"]) == ("متى وأين؟", True, "أمينة حسن")
    assert (page["by_page"], page["parent"]) == (True, "5551_9001")
    shown = graph.raw("GET", "/pages/10001").body.decode()
    assert '<div class="text" dir="auto">متى وأين؟</div>' in shown
    assert 'class="card" href="https://example.org/e/1"' in shown
    form(graph, "/pages/10001/comments/5551_9001/remove")
    assert all(comment["removed_at"] for comment in graph.posts()[0]["comments"])


def test_a_typed_name_makes_a_new_family_and_markup_stays_text(graph: Any) -> None:
    post = graph.publish("Book fair")
    form(graph, "/pages/10001/comments", post=post, message="<script>x</script>", who="Sam Carter", name="<b>Kim</b>")
    shown = graph.raw("GET", "/pages/10001").body.decode()
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown
    assert "<b>Kim" not in shown


def test_posts_by_hand_belong_to_no_app_and_can_be_a_visitors(graph: Any) -> None:
    form(graph, "/pages/10001/posts", message="By hand", who="page")
    form(graph, "/pages/10001/posts", message="From a visitor", who="Ana Pérez")
    own, visitor = graph.posts()
    assert (own["by_page"], own["by_app"], visitor["by_page"]) == (True, None, False)


def test_permalinks_lead_to_the_post_and_to_the_comment(graph: Any) -> None:
    comment = graph.family(graph.publish("Book fair"), "Hello")
    (post,) = graph.posts()
    assert graph.raw("GET", post["permalink"]).headers["Location"] == "/pages/10001#post-5551"
    address = graph.get(comment, fields="permalink_url").json["permalink_url"]
    assert graph.raw("GET", address).headers["Location"] == "/pages/10001#comment-9001"


def test_a_rehearsal_that_is_started_again_still_has_its_posts(tmp_path: Path) -> None:
    data = tmp_path / "facebook.json"
    token = "access_token=PAGE-10001-REHEARSAL"
    http = urllib3.PoolManager()
    with PretendFacebook(data=data) as first:
        http.request("POST", f"{first.url}/v26.0/10001/feed?{token}&message=Hello")
        http.request(
            "POST", f"{first.url}/_rehearsal/posts/10001_5551/comments", json={"name": "Ana", "message": "¡Sí!"}
        )
    with PretendFacebook(data=data) as again:
        found = http.request("GET", f"{again.url}/v26.0/9001?{token}").json()
        made = http.request("POST", f"{again.url}/v26.0/10001/feed?{token}&message=More").json()
    assert found["message"] == "¡Sí!"
    assert made == {"id": "10001_5552"}


def test_the_command_serves_until_it_is_asked_to_end() -> None:
    code = "from rehearsal.facebook.server import serve; serve(0, say=lambda line: print(line, flush=True))"
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[5]
        assert urllib3.request("GET", f"{url}/v26.0/10001?access_token=PAGE-10001-REHEARSAL", retries=3).status == 200
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(10) == 0
