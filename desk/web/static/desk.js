// The review by keyboard, and what htmx needs from us. Everything here also works without: forms and links do the same.
"use strict";
(() => {
  const csrf = document.querySelector("meta[name=csrf]").content;
  const decided = []; // ids in the order they were decided here: what "u" takes back

  const cards = () => [...document.querySelectorAll(".card")];
  const waiting = () => cards().filter((card) => card.dataset.state === "waiting");
  const current = () => document.querySelector(".card.current");

  function select(card, focus = true) {
    if (!card) return;
    cards().forEach((other) => other.classList.toggle("current", other === card));
    if (focus) card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const list = waiting();
    const at = list.indexOf(current());
    if (at >= 0) return select(list[Math.min(list.length - 1, Math.max(0, at + by))]);
    const all = cards();
    const from = all.indexOf(current());
    const after = by > 0 ? list.find((card) => all.indexOf(card) > from) : list.filter((card) => all.indexOf(card) < from).pop();
    select(after || list[0]);
  }

  function open(name) {
    const details = current()?.querySelector(`details.${name}`);
    if (!details) return;
    details.open = true;
    details.querySelector("select, input").focus();
  }

  function accept() {
    current()?.querySelector("button.accept")?.click();
  }

  function undo() {
    const id = decided[decided.length - 1];
    const button = id && document.querySelector(`#flag-${CSS.escape(id)} button.undo`);
    if (button) button.click();
  }

  const keys = {
    j: () => step(1), s: () => step(1), k: () => step(-1), a: accept, r: () => open("reject"), e: () => open("amend"),
    m: () => open("merge"), u: undo, p: () => current()?.querySelector("a.page")?.click(),
    "/": () => { location.href = "/articles#q"; },
    "?": () => document.getElementById("keys")?.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest("input, select, textarea");
    if (event.key === "Escape" && typing) {
      typing.closest("details")?.removeAttribute("open");
      select(typing.closest(".card"));
      return;
    }
    if (typing && event.key === "Enter" && typing.closest("details")) {
      // The browser would press the form's first button, which accepts.
      event.preventDefault();
      typing.closest("details").querySelector("button").click();
      return;
    }
    if (typing || document.querySelector("dialog[open]")) return;
    const act = keys[event.key];
    if (act && (document.getElementById("queue") || event.key === "/")) {
      event.preventDefault();
      act();
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("a.skip-card")) {
      event.preventDefault();
      select(event.target.closest(".card"), false);
      step(1);
    }
    const opener = event.target.closest("[data-open]");
    if (opener) document.getElementById(opener.dataset.open).showModal();
  });

  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRF-Token"] = csrf;
    if (event.detail.elt.id === "more") event.detail.parameters.shown = cards().map((card) => card.dataset.flag).join(",");
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    // The place of the card that goes, to stand at the one that follows.
    const target = event.detail.target;
    if (target?.matches?.(".card, .event")) target.dataset.wasCurrent = "yes";
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const swapped = event.detail.elt;
    // More cards that come in at the end leave the selection where it is, unless nothing was left to decide.
    if (event.detail.target?.id === "more" || !swapped?.matches?.(".card, .event")) {
      if (current()?.dataset.state !== "waiting") step(1);
      return;
    }
    const inside = swapped.matches(".card") ? [swapped] : [...swapped.querySelectorAll(".card")];
    for (const card of inside) {
      const id = card.dataset.flag;
      const known = decided.indexOf(id);
      if (known >= 0) decided.splice(known, 1);
      if (card.dataset.state !== "waiting") decided.push(id);
    }
    const told = document.getElementById("told");
    if (told) told.textContent = inside[0].querySelector("[role=alert], .done span")?.textContent ?? "";
    if (inside[0].dataset.state === "waiting") return select(inside[0]);
    select(inside[0], false);
    step(1);
  });

  document.querySelectorAll("[hidden].keys").forEach((button) => { button.hidden = false; });
  if (document.getElementById("queue")) select(waiting()[0], false);
})();
