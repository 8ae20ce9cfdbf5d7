// Comfort on top of pages that work without it: filters apply when ticked, keys move about.
(() => {
  "use strict";
  const form = document.getElementById("search");
  const box = document.getElementById("q");
  const REMEMBERED = "newsarchive-focus";
  document.documentElement.classList.add("scripted");

  // Empty fields say nothing: keep them out of the address.
  form.addEventListener("formdata", ({ formData }) => {
    for (const name of ["q", "since", "until"]) {
      if (!formData.get(name)) formData.delete(name);
    }
  });

  // Browsers that keep no data for sites still get everything else.
  const stored = (action) => {
    try {
      return action(sessionStorage);
    } catch {
      return null;
    }
  };

  // A ticked filter applies at once; the focus returns to it on the next page.
  document.addEventListener("change", ({ target }) => {
    if (target.type !== "checkbox" || target.form !== form) return;
    stored((storage) => storage.setItem(REMEMBERED, JSON.stringify([target.name, target.value])));
    form.requestSubmit();
  });
  const [name, value] = JSON.parse(stored((storage) => storage.getItem(REMEMBERED)) || "[]");
  stored((storage) => storage.removeItem(REMEMBERED));
  const ticked = [...form.elements].find((e) => e.type === "checkbox" && e.name === name && e.value === value);
  if (ticked) {
    ticked.closest(".filters").open = true;
    ticked.focus();
  }

  // Going back shows what the address says, not what was ticked before leaving.
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) form.reset();
  });

  const stops = () =>
    [...document.querySelectorAll(".hits h2 a, .prose mark, .change[id]")].filter((e) => e.getClientRects().length);
  let current = -1;
  const step = (by) => {
    const all = stops();
    if (!all.length) return;
    current = Math.min(Math.max(current + by, 0), all.length - 1);
    if (all[current].id) location.hash = all[current].id;
    else all[current].focus();
  };
  const keys = {
    "/": () => box.focus(),
    "?": () => {
      const help = document.getElementById("help");
      if (!help) {
        document.getElementById("keys").showModal();
        return;
      }
      help.open = !help.open;
      help.querySelector("summary").focus();
    },
    j: () => step(1),
    k: () => step(-1),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
    if (event.key === "Escape" && event.target === box) box.blur();
    if (typing || document.querySelector("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });
})();
