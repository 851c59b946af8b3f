// Makes one page of the whole book, to be printed. tools/paper.py opens an empty page of the site, calls
// book.compose(), prints, calls book.number() with the pages on which all places stand, and prints again.

/**
 * @typedef {{ caption: string, pages: string[] }} Part of the table of contents
 * @typedef {{ title: string, asked: string, body: (Node | string)[] }} Answer to what is asked at an address
 * @typedef {{ kind: string, options: [string, string][], right: number, label?: string, control: string,
 *   truth: number, digits?: number, explain: string }} Question of a figure
 */

(() => {
  const LANDING = "book/index";
  // What a reader is to find alone stands behind the chapter, as do the answers of figures and quizzes.
  const ALONE = /^(Solution|Answer|Diagnosis|Thoughts)\b/;
  const REFERENCES = ["for", "headers", "aria-labelledby", "aria-describedby"];

  /** @type {(root: ParentNode, selector: string) => HTMLElement[]} */
  const all = (root, selector) => [...root.querySelectorAll(selector)].map((e) => /** @type {any} */ (e));
  /** @type {(tag: string, attributes?: Record<string, string>, ...inside: (Node | string)[]) => HTMLElement} */
  const make = (tag, attributes = {}, ...inside) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...inside);
    return element;
  };
  /** @type {(id: string, ...inside: (Node | string)[]) => HTMLElement} A link that also says its page. */
  const refer = (id, ...inside) => make("a", { class: "nn-ref", href: `#${id}`, "data-page": "00" }, ...inside);
  const words = (/** @type {Element | null | undefined} */ e) => (e?.textContent ?? "").replace(/\s+/g, " ").trim();
  const copies = (/** @type {Element} */ element) => [...element.childNodes].map((node) => node.cloneNode(true));

  // ---- A page of the site becomes a part of this one ----

  /** @type {Set<string>} */
  const sheets = new Set();
  let home = ""; // where the site is published

  /**
   * The text of a page. What it names and calls is made the book's, in which each page has its own names.
   * @param {string} name
   * @param {Set<string>} names of all pages of the book
   */
  async function read(name, names) {
    const base = new URL(`/${name}.html`, location.href);
    const answer = await fetch(base);
    if (!answer.ok) throw new Error(`the site has no page ${name}: run make book`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const sheet of all(page, "link[rel=stylesheet]")) sheets.add(at(sheet, "href", base).href);
    const article = document.adoptNode(/** @type {HTMLElement} */ (page.querySelector("article")));
    for (const link of all(article, ".headerlink, a:has(> .viewcode-link)")) link.remove();
    for (const image of all(article, "img")) image.setAttribute("src", at(image, "src", base).href);
    for (const link of all(article, "a[href]")) lead(link, base, names);
    for (const element of all(article, "*")) rename(element, `${name}--`);
    article.id = name;
    return article;
  }

  const at = (/** @type {Element} */ element, /** @type {string} */ attribute, /** @type {URL} */ base) =>
    new URL(element.getAttribute(attribute) ?? "", base);

  /** What an element is called, and what it calls by name, with `before` before it. */
  function rename(/** @type {Element} */ element, /** @type {string} */ before) {
    for (const { name, value } of [...element.attributes]) {
      const inside = name.endsWith("href") && element.localName !== "a" && value.startsWith("#");
      if (name === "id") element.id = before + value;
      else if (inside) element.setAttribute(name, `#${before}${value.slice(1)}`);
      else if (REFERENCES.includes(name)) element.setAttribute(name, value.replace(/\S+/g, `${before}$&`));
      else if (value.includes("url(#")) element.setAttribute(name, value.replaceAll("url(#", `url(#${before}`));
    }
  }

  /** A link leads to its place in the book, or out of it. */
  function lead(/** @type {Element} */ link, /** @type {URL} */ base, /** @type {Set<string>} */ names) {
    const to = at(link, "href", base);
    if (to.origin !== location.origin) return;
    const [page, here] = [to, base].map(({ pathname }) => pathname.slice(1).replace(/\.html$/, ""));
    if (!names.has(page)) {
      link.setAttribute("href", home + to.href.slice(location.origin.length + 1));
      return;
    }
    const part = decodeURIComponent(to.hash.slice(1)).replace(/\?.*/, "");
    link.setAttribute("href", part ? `#${page}--${part}` : `#${page}`);
    const isWord = link.querySelector(".nn-term") ?? link.closest(".bibtex-citation");
    if (page === here || isWord) return;
    link.classList.add("nn-ref", "nn-far");
    link.setAttribute("data-page", "00");
  }

  // ---- Answers go behind their chapter ----

  /** What is so, as an item of a list. @param {Question} question */
  function truth({ kind, options, right, label, control, truth: value, digits = 2, explain }) {
    const is = `${label ?? control} = ${Number(value?.toFixed(digits))}.`.replace("-", "−");
    const [said, why] = kind === "choice" ? options[right] : [is, ""];
    return make("li", {}, make("b", {}, said), ` ${why} ${explain}`);
  }

  /** A hint: what stands between two `s in it is code. */
  const tip = (/** @type {string} */ text, /** @type {number} */ k) =>
    make("p", {}, `Hint ${k + 1}: `, ...text.split("`").map((part, i) => (i % 2 ? make("code", {}, part) : part)));

  /**
   * Takes the answers out of a chapter, and leaves words that say where they are.
   * @param {HTMLElement} article
   * @param {Record<string, string[]>} hints what an exercise tells, one after the other
   * @returns {HTMLElement | null} the section of the answers
   */
  function answers(article, hints) {
    /** @type {Answer[]} */
    const found = [];
    /** @type {Element | null} */
    let exercise = null;
    /** @type {(title: string, asked: Element, body: Answer["body"]) => HTMLElement} */
    const put = (title, asked, body) => {
      asked.id ||= `${article.id}--asked-${found.length + 1}`;
      found.push({ title, asked: asked.id, body });
      return make("p", { class: "nn-see" }, refer(`${article.id}--answer-${found.length}`, asked.matches("figure") ? "Answers" : "Answer"));
    };
    for (const element of all(article, "figure.nnfig, .cell[id*='--cell-try-'], details")) {
      const section = element.closest("section:not(.nn-predict)");
      const summary = element.querySelector(":scope > summary");
      if (element.localName === "figure") {
        const name = words(element.querySelector(".nn-title strong"));
        const [key, predict] = ["ol.nn-key", ".nn-predict"].map((part) => element.querySelector(part));
        const state = JSON.parse(element.parentElement?.querySelector("script")?.textContent ?? "{}").state;
        if (key) {
          for (const other of all(element, ".nn-fold, ol.nn-key > [hidden]")) other.remove();
          element.append(put(name, element, [key]));
        } else if (predict) {
          for (const ask of all(predict, ".nn-ask")) ask.removeAttribute("hidden");
          predict.append(put(name, element, [make("ol", {}, ...state.questions.map(truth))]));
        }
      } else if (element.localName !== "details") {
        exercise = section;
        const told = hints[element.id.replace(/.*--cell-try-/, "")] ?? [];
        element.after(put(words(section?.querySelector("h2, h3, h4")), element, told.map(tip)));
      } else if (ALONE.test(words(summary)) && article.contains(element)) {
        summary?.remove();
        if (section === exercise) {
          found[found.length - 1].body.push(...element.childNodes);
          element.remove();
          continue;
        }
        let task = element.previousElementSibling;
        while (task && !task.matches("p:has(> strong:first-child)")) task = task.previousElementSibling;
        const name = /^(Solution|Answer)$/.test(words(summary)) ? words(task?.firstElementChild).replace(/\.$/, "") : words(summary);
        element.replaceWith(put(name, task ?? section ?? article, [...element.childNodes]));
      }
    }
    if (!found.length) return null;
    const section = make("section", { id: `${article.id}--answers`, class: "nn-answers" }, make("h2", {}, "Answers"));
    for (const [k, { title, asked, body }] of found.entries()) {
      const top = make("p", { class: "nn-answered" }, refer(asked, title));
      section.append(make("div", { id: `${article.id}--answer-${k + 1}` }, top, ...body));
    }
    return section;
  }

  // ---- The whole ----

  /** A line of the outline. @type {(kind: string, id: string, ...inside: (Node | string)[]) => HTMLElement} */
  const line = (kind, id, ...inside) => make("p", { class: `nn-line ${kind}` }, refer(id, make("span", {}, ...inside)));

  /** The first page: the site's, as a title page. */
  function front(/** @type {HTMLElement} */ landing, /** @type {string} */ address) {
    const [name, about, still] = ["h1", ".nn-lead p", ".nn-stage"].map((part) => landing.querySelector(part));
    return make(
      "header", { class: "nn-front", id: LANDING },
      make("p", { class: "nn-name" }, words(name)),
      make("p", { class: "nn-about" }, words(about)),
      make("div", { class: "nnfig" }, ...(still ? [still] : [])),
      make("p", {}, "Its figures move, and its code runs, at ", make("a", { href: address }, address), "."),
    );
  }

  /**
   * The book on this page.
   * @param {{ parts: Part[], hints: Record<string, string[]>, address: string }} given
   */
  async function compose({ parts, hints, address }) {
    home = address;
    const names = new Set([LANDING, ...parts.flatMap(({ pages }) => pages)]);
    const landing = await read(LANDING, names);
    const outline = make("nav", {}, make("h1", { "aria-level": "1" }, "Contents"));
    const path = /** @type {HTMLElement} */ (landing.querySelector(`[id="${LANDING}--ninety-minutes"]`));
    outline.append(line("nn-in-chapter", path.id, words(path.querySelector("h2"))));
    document.body.append(front(landing, address), outline, make("article", {}, path));
    path.querySelector("h2")?.setAttribute("aria-level", "1");
    let chapter = 0;
    for (const [k, { caption, pages }] of parts.entries()) {
      for (const name of pages) {
        const article = await read(name, names);
        const section = article.querySelector("section");
        const heading = article.querySelector("h1");
        if (!section || !heading) throw new Error(`${name} has no title`);
        article.style.setProperty("page", `page-${name.replace("/", "-")}`);
        sheet(`@page page-${name.replace("/", "-")} { @top-left { content: ${JSON.stringify(words(heading))} } }`);
        if (k === 0) heading.prepend(make("span", { class: "nn-chapter" }, String(++chapter)), " ");
        heading.normalize();
        const behind = answers(article, hints);
        if (behind) section.append(behind);
        for (const one of all(article, "[role=heading]")) one.removeAttribute("role");
        for (const one of all(article, "h1, h2, h3, h4, h5")) one.setAttribute("aria-level", `${Number(one.tagName[1]) + 1}`);
        if (name === pages[0]) {
          const part = { id: `part-${k + 1}`, class: "nn-part", role: "heading", "aria-level": "1" };
          article.prepend(make("p", part, caption));
          outline.append(line("nn-in-part", part.id, caption));
        }
        outline.append(line("nn-in-chapter", name, ...copies(heading)));
        for (const below of k ? [] : all(section, ":scope > section > h2")) {
          outline.append(line("nn-in-section", below.parentElement?.id ?? "", ...copies(below)));
        }
        document.body.append(article);
      }
    }
    for (const script of all(document, "article script")) script.remove();
    for (const link of all(document, "a[href^='#']")) {
      const id = decodeURIComponent(link.getAttribute("href")?.slice(1) ?? "");
      if (!document.getElementById(id)) throw new Error(`“${words(link)}” leads nowhere in the book: ${id}`);
    }
    const late = (/** @type {string} */ href) => Number(!href.includes("/kit.")) + Number(!href.includes("/figures/"));
    const links = [...sheets].toSorted((a, b) => late(a) - late(b)).map((href) => make("link", { rel: "stylesheet", href }));
    document.head.prepend(...links);
    await Promise.all(links.map((link) => new Promise((done) => { link.addEventListener("load", done); })));
    await document.fonts.ready;
  }

  const sheet = (/** @type {string} */ text) => document.head.append(make("style", {}, text));

  /** On which pages the places stand that links say so of. @param {Record<string, number>} pages */
  function number(pages) {
    for (const link of all(document, ".nn-ref")) link.dataset.page = String(pages[link.getAttribute("href")?.slice(1) ?? ""]);
  }

  Object.assign(globalThis, { book: { compose, number } });
})();
