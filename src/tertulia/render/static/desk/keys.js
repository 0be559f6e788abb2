/** Keys of the desk. They can be switched off, work in no field, and never together with Ctrl, Alt or Command. */
import { keep, one, recall } from "../shared/fragments.js";
import { current, decided, go, rows } from "./acting.js";

/** The row whose box was ticked last: a range begins there. @type {HTMLElement | null} */
let anchor = null;

/** @type {Record<string, (row: HTMLElement | null, shift: boolean) => unknown>} */
const KEYS = {
  j: (row) => step(row, 1),
  n: (row) => step(row, 1),
  k: (row) => step(row, -1),
  p: (row) => step(row, -1),
  a: (row) => decide(row, "publish", "restore", "seen"),
  h: (row) => decide(row, "hold"),
  r: choose,
  s: (row) => decide(row, "seen"),
  u: undo,
  x: pick,
  t: (row) => press(row, "take", "release"),
  c: (row, shift) => (shift ? press(row, "discussion") : unfold(row, "context")),
  o: (row) => press(row, "author"),
  m: (row) => press(row, "remarks"),
  q: (row) => press(row, "colleagues"),
  w: (row) => unfold(row, "more"),
  v: (row) => row?.classList.toggle("desk-shown"),
  "/": () => unfold(document, "filters"),
  "?": () => one(document, "#desk-help")?.showModal(),
};

export function start() {
  document.addEventListener("keydown", listen);
  document.addEventListener("change", ({ target }) => {
    const box = /** @type {HTMLInputElement} */ (target);
    if (box.matches(".desk-pick")) anchor = box.closest(".desk-item");
    if (box.dataset.choice) keep(`desk.${box.dataset.choice}`, box.checked === box.defaultChecked ? "" : `${box.checked}`);
    if (box.dataset.choice) apply();
  });
  for (const box of document.querySelectorAll("[data-choice]")) {
    const choice = /** @type {HTMLInputElement} */ (box);
    choice.checked = is(choice.dataset.choice ?? "", choice.defaultChecked);
  }
  apply();
}

/** @param {string} choice @param {boolean} otherwise */
export function is(choice, otherwise) {
  const kept = recall(`desk.${choice}`);
  return kept ? kept === "true" : otherwise;
}

function apply() {
  document.body.classList.toggle("desk-blurs", is("blur", false));
}

/** @param {KeyboardEvent} event */
function listen(event) {
  const target = /** @type {Element} */ (event.target);
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (target.closest("input:not([type=checkbox]), textarea, select, dialog") || !is("keys", true)) return;
  // In other scripts the key's place counts.
  const key = /^[ -~]$/.test(event.key) ? event.key.toLowerCase() : event.code.slice(3).toLowerCase();
  const chosen = one(document, `.desk-choose [data-number="${key}"]`);
  const does = KEYS[key];
  if (chosen) chosen.click();
  else if (event.key === "Escape") close();
  else if (does) does(current(), event.shiftKey);
  else return;
  event.preventDefault();
}

/** @param {HTMLElement | null} row @param {number} by */
function step(row, by) {
  const all = rows();
  const at = row ? all.indexOf(row) : -1;
  if (at + by >= 0 && go(all[row ? at + by : 0])) return;
  one(document, ".tt-pages a, .desk-fresh:not([hidden]) a")?.focus();
}

const picked = () => one(document, ".desk-pick:checked");

/** @param {ParentNode | null} scope @param {string[]} names */
function press(scope, ...names) {
  const found = names.map((name) => one(scope, `[data-key=${name}]`)).find(Boolean);
  found?.click();
  return found;
}

/** With a selection all of it is meant, else the row. @param {HTMLElement | null} row @param {string[]} names */
const decide = (row, ...names) => press(picked() ? one(document, "#desk-many") : row, ...names);

/** @param {HTMLElement | null} row */
function undo(row) {
  const last = decided.at(-1);
  const meant = row?.matches(".desk-done") || !last ? row : one(document, `#desk-${last}`);
  if (!meant) return one(document, ".desk-undo button")?.click();
  go(meant);
  press(meant, "undo");
}

/** @param {HTMLElement | null} row @param {boolean} shift */
function pick(row, shift) {
  const all = rows();
  const box = one(row, ".desk-pick");
  if (!row || !box) return;
  const from = shift && anchor ? all.indexOf(anchor) : all.indexOf(row);
  const [first, last] = [from, all.indexOf(row)].sort((a, b) => a - b);
  const ticked = shift ? true : !box.checked;
  for (const each of all.slice(Math.max(first, 0), last + 1)) {
    const other = one(each, ".desk-pick");
    if (other) other.checked = ticked;
  }
  anchor = row;
}

/** @param {ParentNode | null} scope @param {string} name */
function unfold(scope, name) {
  const found = one(scope, `details[data-key=${name}]`);
  if (!found) return;
  found.open = name === "context" ? !found.open : true;
  if (name !== "context") one(found, "input:not([type=hidden]), select, textarea")?.focus();
}

/** Ask for the reason of a removal: a number, or a press. @param {HTMLElement | null} row */
function choose(row) {
  const form = picked() ? one(document, "#desk-many") : one(row, ".desk-decide");
  const button = one(form, "[data-key=remove]");
  const menu = one(document, "#desk-reasons")?.content.firstElementChild.cloneNode(true);
  if (!button || !menu) return;
  close();
  menu.addEventListener("click", (/** @type {Event} */ { target }) => {
    const reason = /** @type {Element} */ (target).closest("button")?.dataset.reason;
    if (reason) one(form, "[name=reason]").value = reason;
    close();
    if (reason) form.requestSubmit(button);
  });
  button.after(menu);
  menu.scrollIntoView({ block: "nearest", behavior: "instant" });
  one(menu, "button").focus();
}

function close() {
  const menu = one(document, ".desk-choose");
  if (!menu) return;
  const row = menu.closest(".desk-item");
  menu.remove();
  go(row);
}
