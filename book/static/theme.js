// The theme's mode "auto" becomes light or dark before the page is styled, not after it has been read.
(() => {
  const { dataset } = document.documentElement;
  if (dataset.theme === "auto") dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
})();
