/** Times in the reader's zone, what is new since the last visit, folding, keys. */
import { all, comments, goTo, note, one, say, table } from "../shared/fragments.js";

const STORIES = 200;

/** @param {Session} session */
export function start(session) {
  const { section, root, signal } = session;
  // Ids sort by time.
  const before = table("seen")[section.dataset.story ?? ""];
  session.decorators.push((scope) => {
    localise(section.lang, scope);
    mark(session, scope, before);
    unfold(section, scope);
  });
  root.addEventListener("keydown", (event) => listen(session, /** @type {KeyboardEvent} */ (event)), { signal });
}

/** @param {string} lang @param {ParentNode} scope */
function localise(lang, scope) {
  const locale = `${lang}-u-nu-latn`;
  const short = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const full = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long" });
  for (const time of scope.querySelectorAll("time")) {
    const moment = new Date(time.dateTime);
    // A mere day is the same in every zone.
    if (!time.dateTime.includes("T") || !+moment) continue;
    time.textContent = short.format(moment);
    time.title = full.format(moment);
  }
}

/** @param {Session} session @param {ParentNode} scope @param {string | undefined} before */
function mark({ section, own }, scope, before) {
  const { story } = section.dataset;
  if (!story) return;
  let greatest = table("seen")[story] ?? "";
  for (const article of comments(scope)) {
    const { comment = "", status } = article.dataset;
    if (comment > greatest) greatest = comment;
    if (before && comment > before && status === "visible" && !own.has(comment)) sign(section, article);
  }
  note("seen", story, greatest, STORIES);
}

/** @param {HTMLElement} section @param {HTMLElement} article */
export function sign(section, article) {
  if (article.matches(".tt-unseen")) return;
  const word = document.createElement("span");
  word.className = "tt-badge tt-new";
  word.textContent = say(section, "unseen");
  article.classList.add("tt-unseen");
  one(article, ".tt-meta").append(word);
}

/** @param {HTMLElement} section @param {ParentNode} scope */
function unfold(section, scope) {
  for (const fold of all(scope, "[data-action=collapse]")) {
    fold.hidden = false;
    fold.dataset.true = say(section, "collapse");
    fold.dataset.false = say(section, "expand");
    draw(fold);
  }
}

/** @param {HTMLElement} fold */
function draw(fold) {
  const item = /** @type {HTMLElement} */ (fold.closest("li"));
  const open = !item.matches(".tt-collapsed");
  const parts = all(item, ":scope > :not(article, .tt-composing), :scope > article > .tt-body");
  for (const part of parts) {
    part.hidden = !open;
    part.id ||= `fold-${Math.random()}`;
  }
  fold.setAttribute("aria-controls", parts.map((part) => part.id).join(" "));
  fold.ariaExpanded = `${open}`;
  fold.textContent = fold.dataset[`${open}`] ?? "";
}

/** @param {Element | null} item */
export function toggle(item) {
  item?.classList.toggle("tt-collapsed");
  draw(one(item, "[data-action=collapse]"));
}

/** @param {HTMLElement} article */
export function reveal(article) {
  for (let item; (item = article.closest("li.tt-collapsed")); ) toggle(item);
}

/**
 * Only with the focus inside the discussion (WCAG 2.1.4), not in text fields, not with modifiers.
 * @param {Session} session @param {KeyboardEvent} event
 */
function listen(session, event) {
  const target = /** @type {Element} */ (event.target);
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!session.section.contains(target) || target.closest("input, textarea, select, dialog")) return;
  // In other scripts the key's place counts.
  const key = /^[ -~]$/.test(event.key) ? event.key.toLowerCase() : event.code.slice(3).toLowerCase();
  const at = target.closest("article");
  const by = { j: 1, n: 1, u: 1, k: -1, p: -1 }[key];
  const action = { a: "parent", r: "reply", q: "quote", c: "collapse", "?": "keys" }[key];
  if (by) step(session, at, by, key === "u" ? ".tt-unseen" : "");
  else if (action) one(key === "?" ? session.section : at, `[data-action=${action}]`)?.click();
  else return;
  event.preventDefault();
}

/** @param {Session} session @param {Element | null} at @param {number} by @param {string} which */
function step({ section }, at, by, which) {
  const shown = comments(section).filter((each) => each.checkVisibility());
  if (by < 0) shown.reverse();
  const from = at ? shown.findIndex((each) => at === each) : shown.findIndex((each) => each.getBoundingClientRect().bottom * by > 0) - 1;
  const ahead = shown.slice(from + 1);
  const found = which ? [...ahead, ...shown].find((each) => each.matches(which)) : ahead[0];
  if (found) goTo(found);
}
