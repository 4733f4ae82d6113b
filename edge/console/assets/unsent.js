// What is sent without a connection would lead away from the page, and from what was written on it. So it stays, and says so.
"use strict";

(() => {
  const unsent = document.getElementById("unsent");
  if (!unsent) return;
  document.addEventListener("submit", (event) => {
    unsent.hidden = navigator.onLine;
    if (navigator.onLine) return;
    event.preventDefault();
    unsent.focus();
  });
  addEventListener("online", () => { unsent.hidden = true; });
})();
