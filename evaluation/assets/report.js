"use strict";
(function () {
  const form = document.querySelector(".filters");
  if (!form) return;
  const articles = Array.from(document.querySelectorAll("article.mistake"));
  const shown = document.getElementById("shown");
  function apply() {
    const value = (name) => form.elements[name].value;
    const wanted = value("text").trim();
    let count = 0;
    for (const article of articles) {
      const fits =
        (!value("system") || article.dataset.system === value("system")) &&
        (!value("kind") || article.dataset.kind === value("kind")) &&
        (!value("label") || JSON.parse(article.dataset.labels).includes(value("label"))) &&
        (!value("document") || article.dataset.document === value("document")) &&
        (!wanted || article.dataset.text.includes(wanted));
      article.hidden = !fits;
      count += fits ? 1 : 0;
    }
    shown.textContent = count + " of " + articles.length + " mistakes";
  }
  for (const event of ["input", "change"]) form.addEventListener(event, apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
})();
