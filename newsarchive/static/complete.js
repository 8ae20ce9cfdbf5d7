// What the query box could go on with, below it; and a search inside the values of a facet. Pages work without it.
(() => {
  "use strict";
  const box = document.getElementById("q");
  const PAUSE = 120;

  // Asks once the typing pauses; an answer to what was typed before is not shown any more.
  const asking = (input, address, show) => {
    let waiting = 0;
    let asked = 0;
    input.addEventListener("input", () => {
      clearTimeout(waiting);
      const now = ++asked;
      waiting = setTimeout(async () => {
        try {
          const answer = await fetch(address(input.value));
          const found = answer.ok ? await answer.json() : null;
          if (now === asked && document.activeElement === input) show(found);
        } catch {
          // Nobody is told: what was typed can be searched for all the same.
        }
      }, PAUSE);
    });
    return () => {
      clearTimeout(waiting);
      asked++;
    };
  };
  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const articles = (count) => (count === 1 ? "1 article" : `${count.toLocaleString("en")} articles`);

  // The list below the box: a combobox as WAI-ARIA describes it.
  const list = make("ul", { id: "completions", className: "completions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Completions");
  box.after(list);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");
  let chosen = -1;
  let typed = "";

  const close = () => {
    list.hidden = true;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const choose = (number) => {
    const options = [...list.children];
    chosen = (number + options.length + 1) % (options.length + 1); // behind the last one: what was typed
    options.forEach((option, n) => option.setAttribute("aria-selected", String(n === chosen)));
    if (chosen < options.length) box.setAttribute("aria-activedescendant", options[chosen].id);
    else box.removeAttribute("aria-activedescendant");
    box.value = chosen < options.length ? options[chosen].dataset.text : typed;
  };
  const take = (option) => {
    box.value = option.dataset.text;
    close();
    box.focus();
  };
  const stop = asking(
    box,
    (text) => `/api/complete?size=8&q=${encodeURIComponent(text)}`,
    (found) => {
      const offered = box.selectionEnd === box.value.length && found ? found.completions : [];
      typed = box.value;
      chosen = offered.length;
      list.replaceChildren(
        ...offered.map(({ text, added, kind, count }, n) => {
          const what = kind === "word" ? "" : `${kind} `;
          const option = make("li", { id: `completion-${n}` }, make("bdi", { textContent: added }),
            make("span", { className: "count", textContent: what + (count ? articles(count) : "") }));
          option.setAttribute("role", "option");
          option.dataset.text = text;
          return option;
        }),
      );
      list.hidden = !offered.length;
      box.setAttribute("aria-expanded", String(!list.hidden));
    },
  );
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the box keeps the focus
    const option = event.target.closest("li");
    if (option) take(option);
  });
  box.addEventListener("blur", () => {
    stop();
    close();
  });
  box.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Tab" && !event.shiftKey && list.children.length && chosen < list.children.length) {
      event.preventDefault();
      take(list.children[chosen]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      box.value = typed;
      close();
    }
  });
  box.form.addEventListener("submit", () => {
    stop();
    close();
  });

  // What is found among the values of a facet stands in the place of its list, ready to be ticked.
  for (const form of document.querySelectorAll("form.within")) {
    const input = form.querySelector("input[type=search]");
    const usual = form.parentElement.querySelector("ul");
    const found = make("ul", { hidden: true });
    const said = make("p", { className: "unseen" });
    said.setAttribute("role", "status");
    usual.after(found, said);
    asking(
      input,
      (text) => {
        const parameters = new URLSearchParams(location.search);
        parameters.set("containing", text);
        return `/api/facets/${form.dataset.field}?${parameters}`;
      },
      (answer) => {
        const searching = input.value.trim() !== "" && answer !== null;
        found.hidden = !searching;
        usual.hidden = searching;
        if (!searching) return;
        said.textContent = answer.buckets.length === 1 ? "1 value" : `${answer.buckets.length} values`;
        found.replaceChildren(
          ...answer.buckets.map(({ value, label, count, selected }, n) => {
            const id = `w-${form.dataset.field}-${n}`;
            const tick = make("input", { type: "checkbox", id, name: form.dataset.field, value, checked: selected });
            tick.setAttribute("form", "search");
            const shown = make("label", { htmlFor: id }, make("span", { dir: "auto", textContent: label }),
              make("span", { className: "count", textContent: count.toLocaleString("en") }));
            return make("li", {}, tick, shown);
          }),
        );
      },
    );
  }
})();
