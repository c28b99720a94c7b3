"""The pages people click on: the list of pages, one page with its posts and comments, and the sign-in dialog."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates

from rehearsal.facebook import happenings, login
from rehearsal.facebook.links import pfbid
from rehearsal.facebook.world import Comment, Page, Post, World

SEE_OTHER = 303
FAMILIES = (
    "Ana Pérez",
    "Nguyễn Thị Lan",
    "Hodan Warsame",
    "أمينة حسن",
    "李梅",
    "Olena Kovalenko",
    "Marie-Ange Joseph",
    "Tigist Bekele",
    "Sam Carter",
)
TEMPLATES = Jinja2Templates(directory=Path(__file__).parent / "templates")
TEMPLATES.env.filters["when"] = lambda at: datetime.fromtimestamp(at, UTC).strftime("%d %b %Y, %H:%M UTC")
Text = Annotated[str, Form()]


def router(world: World) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    _looking(routes, world)
    _posting(routes, world)
    _commenting(routes, world)
    _signing_in(routes, world)
    return routes


def list_of_pages(world: World, request: Request) -> Response:
    with world.lock:
        counted = [(page, len(_posts(world, page))) for page in world.pages.values()]
        return TEMPLATES.TemplateResponse(request, "pages.html", {"pages": counted})


def _looking(routes: APIRouter, world: World) -> None:
    @routes.get("/pages/{page_id}")
    def one_page(request: Request, page_id: str) -> Response:
        with world.lock:
            page = world.pages.get(page_id)
            if page is None:
                return _sorry(request, "There is no such page.")
            happenings.publish_due(world)
            posts = [(post, _threads(world, post)) for post in _posts(world, page)]
            names = [*FAMILIES, *(one.name for one in world.people.values() if one.name not in FAMILIES)]
            shown = {"page": page, "posts": posts, "names": names, "photos": world.photos}
            return TEMPLATES.TemplateResponse(request, "page.html", shown)

    @routes.get("/permalink.php")
    def permalink(request: Request, story_fbid: str = "") -> Response:
        return _to_post(request, world, story_fbid)

    @routes.get("/{profile}/posts/{story}")
    def comment_permalink(request: Request, profile: str, story: str, comment_id: str = "") -> Response:
        return _to_post(request, world, story, comment_id)


def _posting(routes: APIRouter, world: World) -> None:
    @routes.post("/pages/{page_id}/posts")
    def post(request: Request, page_id: str, message: Text = "", link: Text = "", who: Text = "") -> Response:
        with world.lock:
            if page_id not in world.pages or not (message.strip() or link.strip()):
                return _sorry(request, "A post needs a text or a link.")
            author = "" if who in ("", "page") else world.person_named(who).id
            made = happenings.add_post(world, page_id, message.strip(), author_id=author, link=link.strip())
            return _back(page_id, made.number)

    @routes.post("/pages/{page_id}/posts/{post_id}/{action}")
    def change_post(request: Request, page_id: str, post_id: str, action: str, message: Text = "") -> Response:
        with world.lock:
            found = world.posts.get(post_id)
            if found is None or found.removed_at:
                return _sorry(request, "This post is gone.")
            if action == "edit" and message.strip():
                happenings.edit_post(world, found, message.strip())
            elif action == "remove":
                happenings.remove_post(world, found)
            return _back(page_id, found.number)


def _commenting(routes: APIRouter, world: World) -> None:
    @routes.post("/pages/{page_id}/comments")
    def comment(
        request: Request,
        page_id: str,
        post: Text,
        message: Text = "",
        who: Text = "",
        name: Text = "",
        parent: Text = "",
    ) -> Response:
        with world.lock:
            under = world.posts.get(post)
            answered = world.comment(parent) if parent else None
            gone = under is None or under.removed_at or (parent and (answered is None or answered.removed_at))
            if under is None or gone or not message.strip():
                return _sorry(request, "A comment needs a text, and a post that still stands.")
            author = name.strip() or who
            author_id = "" if author in ("", "page") else world.person_named(author).id
            happenings.add_comment(world, under, message.strip(), author_id=author_id, parent=answered)
            return _back(page_id, under.number)

    @routes.post("/pages/{page_id}/comments/{comment_id}/{action}")
    def change_comment(request: Request, page_id: str, comment_id: str, action: str, message: Text = "") -> Response:
        with world.lock:
            found = world.comment(comment_id)
            if found is None or found.removed_at:
                return _sorry(request, "This comment is gone.")
            if action == "edit" and message.strip():
                happenings.edit_comment(world, found, message.strip())
            elif action == "remove":
                happenings.remove_comment(world, found)
            elif action in ("hide", "unhide"):
                happenings.hide_comment(world, found, action == "hide")
            return _back(page_id, world.posts[found.post_id].number)


def _signing_in(routes: APIRouter, world: World) -> None:
    @routes.get("/dialog/oauth")
    @routes.get("/{version}/dialog/oauth")
    def dialog(request: Request) -> Response:
        asked = request.query_params
        with world.lock:
            app = world.apps.get(asked.get("client_id", ""))
            scopes, unknown = login.asked_scopes(asked.get("scope", ""), asked.get("config_id", ""))
            admins = [person for person in world.people.values() if person.tasks]
            if app is None or not asked.get("redirect_uri"):
                return _sorry(request, "Invalid App ID, or no redirect_uri: the address of this dialog is wrong.")
            if unknown:
                return _sorry(request, f"Invalid Scopes: {', '.join(unknown)}.")
            shown: dict[str, Any] = {"app": app, "scopes": scopes, "people": admins, "pages": world.pages}
            return TEMPLATES.TemplateResponse(request, "dialog.html", shown | {"asked": asked})

    @routes.post("/dialog/oauth")
    async def decided(request: Request) -> Response:
        form = await request.form()
        redirect_uri, state = str(form.get("redirect_uri", "")), str(form.get("state", ""))
        if form.get("decision") != "allow":
            return RedirectResponse(login.deny(redirect_uri, state), SEE_OTHER)
        with world.lock:
            app, person = world.apps.get(str(form.get("client_id"))), str(form.get("person"))
            if app is None or person not in world.people:
                return _sorry(request, "This sign-in cannot go on: start again.")
            onward = login.allow(
                world, app, person,
                asked=str(form.get("asked", "")).split(","),
                ticked_scopes=[str(one) for one in form.getlist("scope")],
                ticked_pages=[str(one) for one in form.getlist("page")],
                redirect_uri=redirect_uri, state=state,
            )  # fmt: skip
        return RedirectResponse(onward, SEE_OTHER)


def _posts(world: World, page: Page) -> list[Post]:
    found = [post for post in world.posts.under(page.id) if not post.removed_at]
    return sorted(found, key=lambda post: (post.created_at, int(post.number)), reverse=True)


def _threads(world: World, post: Post) -> list[tuple[Comment, list[Comment]]]:
    standing = [one for one in world.comments.under(post.id) if not one.removed_at]
    return [(top, [one for one in standing if one.parent_id == top.id]) for top in standing if not top.parent_id]


def _to_post(request: Request, world: World, story: str, comment_id: str = "") -> Response:
    with world.lock:
        for post in world.posts.values():
            if pfbid(post.id) == story and not post.removed_at:
                return _back(post.page_id, post.number, f"comment-{comment_id}" if comment_id else "")
    return _sorry(request, "This content isn't available right now.")


def _back(page_id: str, post_number: str, anchor: str = "") -> Response:
    return RedirectResponse(f"/pages/{quote(page_id)}#{anchor or 'post-' + post_number}", SEE_OTHER)


def _sorry(request: Request, message: str) -> Response:
    return TEMPLATES.TemplateResponse(request, "sorry.html", {"message": message}, status_code=404)
