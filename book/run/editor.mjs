// An editor in the place of a field that has the focus: colors, indentation, undo.
import { createEditor, defaultKeymap, editHistory, editorCommands } from "./prism-code-editor/prism-code-editor.mjs";

const sheet = document.createElement("link");
sheet.rel = "stylesheet";
sheet.href = new URL("prism-code-editor/layout.css", import.meta.url).href;
const styled = new Promise((done) => {
  sheet.addEventListener("load", done);
  sheet.addEventListener("error", done);
});
document.head.prepend(sheet);

/** @param {HTMLTextAreaElement} field */
export async function grow(field) {
  await styled;
  if (!field.isConnected || field.closest(".prism-code-editor")) return;
  const { selectionStart, selectionEnd, value } = field;
  const focused = document.activeElement === field;
  const editor = createEditor(
    null,
    { language: "python", tabSize: 4, insertSpaces: true, lineNumbers: false, wordWrap: false, value },
    editorCommands(defaultKeymap),
    editHistory(),
  );
  const label = field.getAttribute("aria-label") ?? "";
  editor.textarea.setAttribute("aria-label", `${label}. Tab indents; Escape, then Tab leaves.`);
  field.replaceWith(editor.container);
  editor.textarea.setSelectionRange(selectionStart, selectionEnd);
  if (focused) editor.textarea.focus();
}
