"use strict";
(function () {
  const all = (query, root) => Array.from((root || document).querySelectorAll(query));
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const show = (node) => node && node.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });

  function clear() {
    for (const node of all(".on, .here")) node.classList.remove("on", "here");
  }

  /* Lights up records and the marks that they speak of; gives the first mark and the first record. */
  function light(records) {
    clear();
    const marks = [];
    for (const record of records) {
      record.classList.add("on");
      const link = record.querySelector("a");
      const names = link.dataset.marks.split(" ").filter(Boolean);
      for (const name of names) marks.push(...all('[data-mark="' + name + '"]'));
      const anchor = document.getElementById(link.hash.slice(1));
      const sentence = anchor && anchor.closest(".sentence");
      if (sentence) sentence.classList.add("here");
      if (!names.length && anchor) marks.push(anchor);
    }
    for (const mark of marks) mark.classList.add("on");
    return { mark: marks[0], record: records[0] };
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    if (link.matches(".record a")) {
      event.preventDefault();
      show(light([link.parentElement]).mark);
    } else if (link.matches("a.value")) {
      event.preventDefault();
      const records = link.dataset.records.split(" ").map((number) => document.getElementById("r" + number));
      for (const record of records) record.hidden = record.closest("section").hidden = false;
      show(light(records).record);
      link.focus({ preventScroll: true });
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") clear();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const here = document.activeElement;
    if (!step || !here.matches(".record a")) return;
    event.preventDefault();
    const links = all(".record:not([hidden]) a");
    const next = links[links.indexOf(here) + step];
    if (next) next.focus();
  });

  for (const box of all(".legend input")) {
    box.addEventListener("change", () => {
      for (const mark of all("article mark." + box.value)) mark.classList.toggle("off", !box.checked);
    });
  }

  const form = document.querySelector(".filters");
  if (form) {
    const apply = () => {
      const status = form.elements.status.value;
      const words = form.elements.words.value.trim();
      let count = 0;
      for (const record of all(".record")) {
        record.hidden = (status && record.dataset.status !== status) || (words && !record.textContent.includes(words));
        count += record.hidden ? 0 : 1;
      }
      for (const section of all("aside section")) section.hidden = !section.querySelector(".record:not([hidden])");
      const total = all(".record").length;
      document.getElementById("shown").textContent = count === total ? total : count + " of " + total;
    };
    for (const kind of ["input", "change"]) form.addEventListener(kind, apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    apply();
  }

  /* The heading that is being read is marked in the tree. */
  const headings = all("nav li a").map((link) => [document.getElementById(link.hash.slice(1)), link]);
  const main = document.querySelector("main");
  function follow() {
    const top = main.getBoundingClientRect().top + 120;
    let current = null;
    for (const [anchor, link] of headings) {
      if (anchor && anchor.getBoundingClientRect().top <= top) current = link;
    }
    for (const [, link] of headings) link.classList.toggle("current", link === current);
  }
  main.addEventListener("scroll", follow, { passive: true });
  follow();
})();
