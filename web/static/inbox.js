// The list changes under people's eyes without moving: rows change in place, new ones announce themselves, ticks and focus stay.
(() => {
  "use strict";
  const list = document.getElementById("list"), news = document.getElementById("news"), search = document.getElementById("q");
  if (!list) return;
  const rows = () => [...list.querySelectorAll(".talk")];
  const link = (row) => row && row.querySelector("a.row");

  // --- live
  let there = null, asking = false, again = false;

  async function look() {
    if (asking) { again = true; return; }
    asking = true;
    try {
      const answer = await fetch(location.href, { headers: { "HX-Request": "true", "X-Unattended": "yes" } });
      if (answer.redirected || answer.status === 401) return say(news.dataset.out);
      if (answer.ok) merge(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch { /* the network is away; the stream comes back by itself, and then we look again */ }
    finally { asking = false; }
    if (again) { again = false; look(); }
  }

  function merge(found) {
    for (const count of found.querySelectorAll("[data-count]")) {
      const here = document.querySelector(`#views [data-count="${count.dataset.count}"]`);
      if (here && here.textContent !== count.textContent) here.textContent = count.textContent;
    }
    there = found;
    for (const row of rows()) {
      const now = found.getElementById(row.id);
      row.classList.toggle("gone", !now);
      if (now && link(row).innerHTML !== link(now).innerHTML) link(row).innerHTML = link(now).innerHTML;
      if (!now) markGone(row);
    }
    announce([...found.querySelectorAll(".talk")].filter((row) => !document.getElementById(row.id)).length);
  }

  function markGone(row) {
    const marks = row.querySelector(".marks");
    if (marks.querySelector(".left")) return;
    const mark = document.createElement("span");
    mark.className = "tag left";
    mark.textContent = news.dataset.gone;
    marks.append(mark);
  }

  function announce(n) {
    if (!n) return news.replaceChildren();
    const words = n === 1 ? news.dataset.one : news.dataset.many.replace("{n}", n);
    const known = news.querySelector("button");
    if (known) { known.textContent = words; return; }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = words;
    button.addEventListener("click", show);
    news.replaceChildren(button);
  }

  function say(words) {
    const told = document.createElement("a");
    told.className = "button";
    told.href = location.href;
    told.textContent = words;
    news.replaceChildren(told);
    stream.close();
  }

  function show() {
    const old = list.querySelector("#talks"), fresh = there && there.getElementById("talks");
    if (!old || !fresh) return location.reload();
    let first = null;
    const wanted = [...fresh.children].map((row) => {
      const known = document.getElementById(row.id);
      if (!known && !first) first = row;
      return known || document.adoptNode(row);
    });
    old.replaceChildren(...wanted);
    if (window.htmx) window.htmx.process(old);
    news.replaceChildren();
    if (first) link(first).focus();
  }

  let stream = null, missed = false;

  function listen() {
    stream = new EventSource(list.dataset.live);
    stream.addEventListener("changed", look);
    stream.addEventListener("error", () => {
      missed = true;
      if (stream.readyState === EventSource.CLOSED) look();  // it will not come back: a look tells why
    });
    stream.addEventListener("listening", (event) => {
      document.documentElement.dataset.live = "on";
      if (missed || event.data !== list.dataset.mark) { missed = false; look(); }
    });
  }

  // A page that nobody looks at listens to nothing: browsers keep few connections to one place.
  document.addEventListener("visibilitychange", () => {
    stream.close();
    if (!document.hidden) { missed = true; listen(); }
  });
  addEventListener("pagehide", () => stream.close());
  listen();

  // --- keys
  const off = document.getElementById("keys-off");
  off.checked = localStorage.getItem("keys") === "off";
  off.addEventListener("change", () => localStorage.setItem("keys", off.checked ? "off" : "on"));

  function step(by) {
    const all = rows(), here = all.indexOf(document.activeElement.closest(".talk"));
    const next = link(all[here < 0 ? 0 : Math.min(all.length - 1, Math.max(0, here + by))]);
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
    return Boolean(next);
  }

  // The queue of unsure ones: a key says which language it is, and the next one is at hand.
  function choose(row, key) {
    const wanted = row.querySelector(`.say [data-key="${key}"]`);
    if (!wanted) return false;
    wanted.click();
    if (key === "3" && wanted.parentElement.open) row.querySelector(".others button, .others a").focus();
    return true;
  }

  let after = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const row = event.detail.target.closest && event.detail.target.closest(".talk");
    after = row && event.detail.shouldSwap ? row.nextElementSibling || row.previousElementSibling || news : null;
  });
  document.addEventListener("htmx:oobAfterSwap", () => {
    if (after) (link(after.closest(".talk")) || document.getElementById("said")).focus();
    after = null;
  });
  document.addEventListener("htmx:responseError", () => location.reload());

  function act(key) {
    const row = document.activeElement.closest(".talk");
    if (/^[123]$/.test(key) && list.querySelector(".say")) return row ? choose(row, key) : step(1);
    if (key === "j" || (key === "ArrowDown" && row)) return step(1);
    if (key === "k" || (key === "ArrowUp" && row)) return step(-1);
    if (key === "x" && row) { row.querySelector("input").click(); return true; }
    if (key === "/") { search.focus(); search.select(); return true; }
    return false;
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (off.checked || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (act(event.key)) event.preventDefault();
  });
})();
