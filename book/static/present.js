// Presentation mode, for lecturers: NAME.html?present=1 shows the page large and alone.
// Links inside the book keep the mode; Escape leaves it.
(() => {
  const on = (address) => new URLSearchParams(address.search).get("present") === "1";
  if (!on(location)) return;
  document.documentElement.classList.add("nn-present");
  document.addEventListener("click", ({ target }) => {
    const link = target.closest?.("a[href]");
    const same = link && link.origin === location.origin && link.protocol === location.protocol;
    if (!same || link.pathname === location.pathname || on(link)) return;
    const query = new URLSearchParams(link.search);
    query.set("present", "1");
    link.search = query;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const query = new URLSearchParams(location.search);
    query.delete("present");
    location.search = query;
  });
})();
