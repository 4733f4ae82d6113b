// Short ways for those who prefer keys: "/" goes to the search, "g" and a letter to an entry of the navigation, "?" to the
// help that lists them. And news: the node says when something that the page's reader sees has changed, and the reader says
// when to show it. And the heads of tables stay in sight. The page does everything without this file too.
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

(() => {
  const live = document.getElementById("live");
  if (!live || !globalThis.EventSource) return;
  const news = document.getElementById("live-news");
  const lost = document.getElementById("live-lost");
  const lostAfterMilliseconds = 3000;
  const againMilliseconds = [2000, 5000, 15000, 60000];
  let source = null;
  let since = live.dataset.since;
  let last = since;
  let tries = 0;
  let waiting = 0;
  let doubting = 0;

  const show = () => {
    live.hidden = news.hidden && lost.hidden;
  };
  const well = () => {
    clearTimeout(doubting);
    doubting = 0;
    tries = 0;
    lost.hidden = true;
    show();
  };
  const doubt = () => {
    doubting ||= setTimeout(() => {
      lost.hidden = false;
      show();
    }, lostAfterMilliseconds);
  };
  const stop = () => {
    clearTimeout(waiting);
    source?.close();
    source = null;
  };
  const start = () => {
    stop();
    const address = new URL("/live", location.href);
    address.searchParams.set("since", since);
    if (live.dataset.about) address.searchParams.set("about", live.dataset.about);
    source = new EventSource(address);
    source.addEventListener("open", well);
    source.addEventListener("changes", (event) => {
      const { count } = JSON.parse(event.data);
      last = event.lastEventId;
      document.getElementById("live-count").textContent = count;
      news.hidden = false;
      show();
      // A part that is marked follows by itself, unless somebody writes on the page.
      if (document.querySelector("[data-live]") && !document.activeElement?.closest("form, details[open]")) replace("[data-live]");
    });
    source.addEventListener("error", () => {
      doubt();
      // The browser comes back by itself, but not after a refusal.
      if (source && source.readyState === EventSource.CLOSED) {
        const wait = againMilliseconds[Math.min(tries++, againMilliseconds.length - 1)];
        waiting = setTimeout(start, wait);
      }
    });
  };

  // replace takes the parts of the page anew that a selector names.
  const replace = (selector) => {
    const request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.responseType = "document";
    request.addEventListener("load", () => {
      const page = request.response;
      const fresh = page ? [...page.querySelectorAll(selector)] : [];
      const stale = [...document.querySelectorAll(selector)];
      if (request.status !== 200 || fresh.length !== stale.length) {
        location.reload();
        return;
      }
      stale.forEach((part, i) => part.replaceWith(document.importNode(fresh[i], true)));
      since = page.getElementById("live")?.dataset.since ?? last;
      news.hidden = true;
      show();
      start();
    });
    request.addEventListener("error", doubt);
    request.send();
  };

  // Pages out of sight don't listen: a browser has few connections to one place.
  document.addEventListener("visibilitychange", () => (document.hidden ? stop() : start()));
  addEventListener("pagehide", stop);
  addEventListener("pageshow", (event) => {
    if (event.persisted) start();
  });
  start();
})();

// A slider beside a field for an amount: each follows the other.
(() => {
  for (const slider of document.querySelectorAll("input.slider")) {
    const field = document.getElementById(slider.dataset.for);
    if (!field) continue;
    const digits = (slider.max.split(".")[1] || "").length;
    slider.step = String(10 ** -digits);
    slider.value = field.value;
    slider.hidden = false;
    slider.addEventListener("input", () => { field.value = Number(slider.value).toFixed(digits); });
    field.addEventListener("input", () => { slider.value = field.value; });
  }
})();

// Heads of tables stay in sight while their rows go by, where a table is no wider than its place. One that is wider is reached by the keyboard, to be moved.
(() => {
  const fit = () => {
    for (const wide of document.querySelectorAll(".wide")) {
      wide.classList.remove("fits");
      const room = wide.scrollWidth <= wide.clientWidth;
      wide.classList.toggle("fits", room && matchMedia("(min-width: 48rem)").matches);
      if (room) wide.removeAttribute("tabindex");
      else wide.tabIndex = 0;
    }
  };
  fit();
  addEventListener("resize", fit);
  addEventListener("toggle", fit, true);
})();
