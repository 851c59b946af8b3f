// Presentation mode, for lecturers: NAME.html?present=1 shows the page large and alone.
// Links inside the book keep the mode; Escape leaves it.
(() => {
  const on = (/** @type {{ search: string }} */ address) => new URLSearchParams(address.search).get("present") === "1";
  if (!on(location)) return;
  document.documentElement.classList.add("nn-present");
  document.addEventListener("click", ({ target }) => {
    const link = target instanceof Element && target.closest("a[href]");
    if (!(link instanceof HTMLAnchorElement)) return;
    const same = link.origin === location.origin && link.protocol === location.protocol;
    if (!same || link.pathname === location.pathname || on(link)) return;
    const query = new URLSearchParams(link.search);
    query.set("present", "1");
    link.search = String(query);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const query = new URLSearchParams(location.search);
    query.delete("present");
    location.search = String(query);
  });
})();
