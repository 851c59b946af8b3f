// Sphinx's search, told what of a page is text; from a disk no page can be read for an extract.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
Search.htmlToText = (html, anchor) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  const others = page.querySelectorAll(".headerlink, script, svg, .nnfig, .nn-tools, summary, annotation");
  for (const other of others) other.remove();
  for (const { children: [, mark] } of page.querySelectorAll("mover")) { // as one types it: x̂
    mark.textContent = { "ˆ": "\u0302", "~": "\u0303", "‾": "\u0304" }[mark.textContent] ?? mark.textContent;
  }
  const main = page.querySelector("main");
  return ((anchor && main?.querySelector(anchor)) || main)?.textContent ?? "";
};
