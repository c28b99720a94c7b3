// The keyboard: r to the answer, Ctrl or Cmd and Enter sends it. Everything works without this.
(() => {
  const box = document.getElementById("text");
  if (!box) return;
  const typing = (element) => element.closest("input, textarea, select, [contenteditable]");
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
