// What a page does around its text: the search, light and dark, where the reader is, copying code,
// scrolling what is wider than the screen by keys, and, for lecturers, ?present=1.
(() => {
  const root = document.documentElement;
  /** @type {<E extends Element = HTMLElement>(selector: string) => E[]} */
  const all = (selector) => [...document.querySelectorAll(selector)].map((e) => /** @type {any} */ (e));
  const dialog = /** @type {HTMLDialogElement | null} */ (document.querySelector("dialog.search"));

  const MODES = ["auto", "light", "dark"];
  /** @type {Record<string, (button: HTMLElement) => void>} */
  const deeds = {
    search: () => dialog?.showModal(),
    print: () => print(),
    theme: (button) => {
      const next = MODES[(MODES.indexOf(root.dataset.mode ?? "auto") + 1) % MODES.length];
      try {
        localStorage.setItem("mode", next);
      } catch {
        return; // no storage here: the page follows the system
      }
      dispatchEvent(new Event("nn-mode"));
      button.title = { auto: "as the system", light: "light", dark: "dark" }[next] ?? next;
    },
    forget: (button) => {
      try {
        for (const key of Object.keys(localStorage).filter((name) => /^nn(book |-quiz-)/.test(name))) {
          localStorage.removeItem(key);
        }
      } catch {
        // no storage here: there is nothing to delete
      }
      button.textContent = "Deleted";
    },
    copy: async (button) => {
      const code = button.parentElement?.querySelector("pre")?.textContent ?? "";
      button.textContent = await navigator.clipboard.writeText(code).then(() => "Copied", () => "Not allowed");
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    },
  };
  document.addEventListener("click", ({ target }) => {
    if (!(target instanceof Element)) return;
    const button = target.closest("button[data-do]");
    if (button instanceof HTMLElement) deeds[button.dataset.do ?? ""]?.(button);
    if (target === dialog) dialog?.close(); // beside it
    for (const menu of all("details.menu[open]")) if (!menu.contains(target)) menu.removeAttribute("open");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
      event.preventDefault();
      dialog?.showModal();
    }
    if (event.key !== "Escape") return;
    for (const menu of all("details.menu[open]")) {
      menu.removeAttribute("open");
      menu.querySelector("summary")?.focus();
    }
  });

  if (navigator.clipboard) {
    for (const code of all("article .highlight:not(.cell_output *)")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.dataset.do = "copy";
      button.textContent = "Copy";
      code.append(button);
    }
  }

  // Paper has every box open. Where style cannot open them, they open for as long as it is printed.
  if (!CSS.supports("selector(::details-content)")) {
    /** @type {HTMLDetailsElement[]} */
    let opened = [];
    addEventListener("beforeprint", () => {
      opened = all("article details:not([open])");
      for (const box of opened) box.open = true;
    });
    addEventListener("afterprint", () => {
      for (const box of opened) box.open = false;
    });
  }

  // The heading that was passed last is the current one in the list.
  /** @type {HTMLAnchorElement[]} */
  const links = all("#contents a");
  const here = () => {
    const passed = links.filter(({ hash }) => {
      const heading = document.getElementById(decodeURIComponent(hash.slice(1)));
      return heading && heading.getBoundingClientRect().top < innerHeight / 3;
    });
    for (const link of links) {
      if (link === passed[passed.length - 1]) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  if (links.length) addEventListener("scroll", here, { passive: true });

  // What is wider than its page scrolls in a box of its own: there the Tab key stops, to scroll it.
  const boxes = "article :is(.table, pre, .output.text_html, .formula)";
  const sizes = new ResizeObserver((changed) => {
    for (const { target } of changed) {
      const box = target.closest(boxes); // none for what has left the page
      if (box instanceof HTMLElement && box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box?.removeAttribute("tabindex");
    }
  });
  for (const box of all(boxes)) for (const one of [box, ...box.children]) sizes.observe(one);

  // A page that opens at its top is laid out section by section (book.css): it shows and answers at once.
  const sections = all(".nn-fresh article > section > section");
  const next = () => {
    const [section] = sections.splice(0, 1);
    if (section) {
      section.classList.add("nn-laid");
      requestAnimationFrame(() => setTimeout(next));
    } else {
      root.classList.remove("nn-fresh");
      for (const one of all(".nn-laid")) one.classList.remove("nn-laid");
    }
  };
  next();

  // NAME.html?present=1: the text and its figures, large; links inside the book keep the mode. F fills the screen
  // with the figure in view, N and P with the next and the one before; Escape leads back, and leaves the mode.
  const presents = (/** @type {{ search: string }} */ { search }) => new URLSearchParams(search).get("present") === "1";
  if (!presents(location)) return;
  document.addEventListener("click", ({ target }) => {
    const link = target instanceof Element && target.closest("a[href]");
    if (!(link instanceof HTMLAnchorElement)) return;
    const same = link.origin === location.origin && link.protocol === location.protocol;
    if (!same || link.pathname === location.pathname || presents(link)) return;
    const query = new URLSearchParams(link.search);
    query.set("present", "1");
    link.search = String(query);
  });
  const own = /** @type {HTMLScriptElement} */ (document.querySelector('script[src*="page.js"]')).src;
  const sheet = { rel: "stylesheet", href: new URL("../slides/stage.css", own).href };
  document.head.append(Object.assign(document.createElement("link"), sheet));
  const hosts = all(".nn-host:has(.nn-stage)");
  /** @type {HTMLElement | undefined} */
  let filled;
  const measure = () => {
    const rem = parseFloat(getComputedStyle(root).fontSize); // a line of a figure is 13 units of its picture
    root.style.setProperty("--nn-zoom", filled ? String(rem / 13) : "1");
  };
  const fill = (/** @type {HTMLElement | undefined} */ host) => {
    const before = filled;
    filled = host;
    root.classList.toggle("nn-filled", Boolean(host));
    measure();
    for (const one of hosts) one.classList.toggle("stage", one === host);
    if (!host) before?.scrollIntoView({ block: "center", behavior: "instant" });
  };
  /** How much of it is in the window. */
  const seen = (/** @type {HTMLElement} */ host) => {
    const { top, bottom } = host.getBoundingClientRect();
    return Math.min(bottom, innerHeight) - Math.max(top, 0);
  };
  const inView = () => hosts.toSorted((a, b) => seen(b) - seen(a))[0];
  const after = (/** @type {number} */ by) => () =>
    fill(filled ? hosts[hosts.indexOf(filled) + by] ?? filled : inView());
  /** @type {Record<string, () => void>} */
  const turns = { f: () => fill(inView()), n: after(1), p: after(-1) };
  addEventListener("resize", measure);
  document.addEventListener("keydown", (event) => {
    const fields = "input[type=text], input[type=search], textarea";
    const types = event.target instanceof Element && event.target.matches(fields);
    if (!types && !event.ctrlKey && !event.metaKey && !event.altKey) turns[event.key.toLowerCase()]?.();
    if (event.key !== "Escape" || event.defaultPrevented || dialog?.open) return;
    if (filled) {
      fill(undefined);
      return;
    }
    const query = new URLSearchParams(location.search);
    query.delete("present");
    location.search = String(query);
  });
})();
