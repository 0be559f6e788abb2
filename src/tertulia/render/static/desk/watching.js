/** Counts that move while one sits there, and a word when it is time for a break. */
import { keep, one, recall } from "../shared/fragments.js";
import { is } from "./keys.js";

/** Milliseconds between two looks, and after something was done. */
const USUAL = 15_000;
const SOON = 800;
/** After so long at work a break is due; who was away for so long had one. */
const WORK = 50 * 60_000;
const PAUSE = 10 * 60_000;

let timer = 0;

export function start() {
  document.addEventListener("visibilitychange", () => document.hidden || look());
  one(document, ".desk-break button")?.addEventListener("click", rest);
  timer = setTimeout(count, USUAL);
  for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, work, { passive: true });
}

/** Look soon: something changed. */
export function look() {
  clearTimeout(timer);
  timer = setTimeout(count, SOON);
}

async function count() {
  const row = one(document, ".desk-queues");
  if (!document.hidden && row) {
    const response = await fetch(row.dataset.counts).catch(() => null);
    if (response?.ok) draw(await response.json());
  }
  // A page that nobody looks at asks again when somebody does.
  if (!document.hidden) timer = setTimeout(count, USUAL);
}

/** @param {Record<string, { number: number, words: string }>} counts */
function draw(counts) {
  for (const place of document.querySelectorAll(".desk-count")) {
    const found = counts[/** @type {HTMLElement} */ (place).dataset.queue ?? ""];
    if (found && place.textContent !== found.words) place.textContent = found.words;
  }
  const list = one(document, ".desk-list[data-queue]");
  const here = counts[list?.dataset.queue];
  const left = document.querySelectorAll(".desk-list > .desk-item:not(.desk-done)").length;
  const fresh = one(document, ".desk-fresh");
  if (fresh && here) fresh.hidden = here.number <= left || Boolean(one(document, ".tt-pages, .desk-chips"));
}

/** How long somebody works without a pause is this browser's to know alone. */
function work() {
  const now = Date.now();
  const [since, last] = (recall("desk.work") ?? "").split(" ").map(Number);
  const began = last && now - last < PAUSE ? since : now;
  keep("desk.work", `${began} ${now}`);
  const line = one(document, ".desk-break");
  if (line && is("break", true)) line.hidden = now - began < WORK;
}

function rest() {
  keep("desk.work", "");
  one(document, ".desk-break").hidden = true;
}
