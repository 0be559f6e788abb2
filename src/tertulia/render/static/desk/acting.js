/** Decisions sent in the background: the row is swapped for what the server answers, and one goes on to the next. */
import { one } from "../shared/fragments.js";
import { look } from "./watching.js";

/** After these the row stays where one is. */
const STAYS = ["take", "over", "release", "undo"];

/** Rows that were decided here, the last one last: what `undo` takes back. @type {string[]} */
export const decided = [];

/** @returns {HTMLElement[]} */
export const rows = () => [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".desk-list > .desk-item"))];

/** @returns {HTMLElement | null} */
export const current = () => document.activeElement?.closest(".desk-item") ?? null;

/** @param {Element | null | undefined} row */
export function go(row) {
  const article = one(row, "article");
  if (!article) return false;
  article.focus({ preventScroll: true });
  article.scrollIntoView({ block: "nearest", behavior: "instant" });
  return true;
}

/** The next row that is still to be decided. @param {HTMLElement} row */
export function onward(row) {
  const all = rows();
  return all.slice(all.indexOf(row) + 1).find((each) => !each.matches(".desk-done, [aria-busy=true]"));
}

/** @param {string} text */
export function say(text) {
  const line = one(document, "#desk-live");
  line.textContent = "";
  // What the page itself said is over, and its way back with it.
  line.parentNode.classList.add("desk-floats");
  // A live region speaks when its text changes later.
  setTimeout(() => (line.textContent = text), 50);
}

/** @param {HTMLElement} row @param {HTMLFormElement} form @param {HTMLButtonElement} button */
export async function act(row, form, button) {
  if (row.ariaBusy === "true") return;
  const fields = new URLSearchParams(/** @type {any} */ (new FormData(form, button)));
  const wasHere = row.contains(document.activeElement);
  const next = STAYS.includes(button.value) ? null : onward(row);
  row.ariaBusy = "true";
  // Whoever reads on need not wait for the answer.
  if (wasHere && next) go(next);
  try {
    const response = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body: fields });
    if (response.status === 401) return location.reload();
    const answer = await response.json();
    if (!answer.fragment) throw new Error(answer.detail);
    swap(row, answer.fragment, wasHere && !next);
    say(answer.message);
    if (response.ok) remember(row.dataset.item ?? "", button.value);
  } catch (failure) {
    row.ariaBusy = null;
    say(/** @type {Error} */ (failure).message || (one(document, "#desk-live").dataset.failed ?? ""));
  }
  look();
}

/** @param {string} item @param {string} did */
function remember(item, did) {
  const at = decided.lastIndexOf(item);
  if (did === "undo") at >= 0 && decided.splice(at, 1);
  else if (!STAYS.includes(did) && did !== "seen") decided.push(item);
}

/** @param {HTMLElement} row @param {string} fragment @param {boolean} takesFocus */
function swap(row, fragment, takesFocus) {
  const box = document.createElement("template");
  // Made by our own server, as the page was.
  box.innerHTML = fragment;
  const made = /** @type {HTMLElement} */ (box.content.firstElementChild);
  const focused = takesFocus || row.contains(document.activeElement);
  row.replaceWith(made);
  if (focused) go(made);
}
