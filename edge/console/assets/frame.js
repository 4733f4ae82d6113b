// Short ways for those who prefer keys: "/" goes to the search, "g" and a letter to an entry of the navigation, "?" to the
// help that lists them. The page does everything without this file too.
"use strict";

(() => {
  const waitMilliseconds = 1500;
  let going = 0;

  const writes = (target) => target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  // aria-keyshortcuts="g r" on a link that is shown or that stands in a closed part of the navigation.
  const place = (letter) => document.querySelector(`nav a[aria-keyshortcuts="g ${CSS.escape(letter)}"]`);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const menu = document.querySelector("details.menu[open]");
    if (event.key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
      return;
    }
    if (writes(event.target)) return;
    const now = performance.now();
    if (event.key === "/") {
      const search = document.getElementById("search");
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "?") {
      if (document.getElementById("search")) location.assign("/help");
    } else if (now - going < waitMilliseconds && /^[a-z]$/.test(event.key)) {
      going = 0;
      const link = place(event.key);
      if (link) {
        event.preventDefault();
        location.assign(link.href);
      }
    } else {
      going = event.key === "g" ? now : 0;
    }
  });
})();
