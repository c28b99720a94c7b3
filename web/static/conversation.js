// The keyboard: r to the answer, Ctrl or Cmd and Enter sends it. And a sign-in that ended while somebody typed takes
// their words along. Everything works without this.
(() => {
  const box = document.getElementById("text");
  if (!box) return;
  const typing = (element) => element.closest("input, textarea, select, [contenteditable]");
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.status !== 401 || !box.value.trim()) return;
    event.preventDefault(); // it would load the page anew, and what was just typed would be gone
    box.form.requestSubmit(document.getElementById("keep"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target === box) {
      event.preventDefault();
      box.form.requestSubmit();
      return;
    }
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "r" && plain && !typing(event.target)) {
      event.preventDefault();
      box.focus();
      box.scrollIntoView({ block: "center" });
    }
  });
})();
