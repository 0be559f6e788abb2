/**
 * Links of a discussion followed in place, and what readers do with their own comments.
 * The links work without this file too; only plain clicks are taken over.
 */
import {
  accountOf, address, all, button, comments, decorate, find, fragmentOf, goTo, keep, know, load, one, personal, place,
  read, recall, repliesOf, say, send, tell,
} from "../shared/fragments.js";
import * as mutes from "./mutes.js";
import * as reading from "./reading.js";

/** @type {Action} */
const follow = (session, link) => visit(session, commentIn(link), link.href);

/** @type {Action} */
async function compose(session, control) {
  const { guests } = session.section.dataset;
  const mayWrite = guests === "1" || accountOf(session) || control.dataset.action === "edit";
  return mayWrite ? (await import("./composer.js")).open(session, control) : signIn(session, control);
}

/** A cookie of ours does not reach a foreign page; a window of ours has it. @type {Action} */
async function signIn(session, control) {
  const { section, embedded, lang } = session;
  const asked = new URLSearchParams({ embed: location.origin, ...(lang && { lang }) });
  // At the press itself: later, browsers let none open.
  const popup = embedded && open(`${address(session, "sign-in")}?${asked}`, "tertulia", "popup,width=480,height=640");
  if (popup) (await import("./account.js")).wait(session, control, popup);
  else location.assign(embedded ? one(section, "[data-action=sign-in]").href : control.href);
}

/** @type {Record<string, Action>} */
const actions = {
  sort, next, more, back,
  first: swap,
  parent: follow, permalink: follow,
  continue: (session, link) => visit(session, commentIn(link), link.href, true),
  collapse: async (_, control) => reading.toggle(control.closest("li")),
  keys: async ({ section }) => one(section, ".tt-keys").showModal(),
  write: compose, reply: compose, quote: compose, edit: compose,
  withdraw,
  mute: mutes.mute, unfold: mutes.unfold,
  "sign-in": signIn,
  "sign-out": async (session) => (await import("./account.js")).leave(session),
};

/** @param {Given} given */
export function start(given) {
  const at = history.state?.tertulia ?? 0;
  /** @type {Session} */
  const session = { ...given, at, decorators: [], views: new Map(), written: new Map(), own: new Map(), author: "", muted: new Set(), sending: false };
  const { root, section, signal, embedded } = session;
  const { context } = section.dataset;
  reading.start(session);
  session.decorators.push((scope) => offer(session, scope), (scope) => mutes.fold(session, scope), () => greet(session));
  const returns = embedded && recall("account") && !accountOf(session) && !given.host.getAttribute("token");
  (returns ? import("./account.js").then((account) => account.resume(session)) : askMine(session)).catch(() => {});
  decorate(session, section);
  root.addEventListener("click", (event) => click(session, /** @type {MouseEvent} */ (event)), { signal });
  root.addEventListener("mousedown", keepSelection, { signal });
  addEventListener("tertulia:account", () => greet(session), { signal });
  addEventListener("popstate", () => travel(session).catch(() => {}), { signal });
  if (embedded) import("./quotes.js").then((quotes) => quotes.start(session)).catch(() => {});
  import("./live.js").then((live) => live.start(session)).catch(() => {});
  const asked = context || commentIn({ hash: location.hash });
  const sort = !embedded && !location.search && one(section, `[data-sort="${recall("sort")}"]:not([aria-current])`);
  if (asked) arrive(session, asked);
  else if (sort) swap(session, sort).catch(() => {});
  return session;
}

/** What is quoted stays selected. @param {Event} event */
function keepSelection(event) {
  if (/** @type {Element} */ (event.target).closest("[data-action=quote]")) event.preventDefault();
}

/** @param {Session} session @param {MouseEvent} event */
async function click(session, event) {
  const { section } = session;
  /** @type {HTMLAnchorElement | null} */
  const control = /** @type {Element} */ (event.target).closest("a, button");
  if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.defaultPrevented) return;
  if (!control || !section.contains(control) || control.closest("form") || control.dataset.plain) return;
  const { sort, action } = control.dataset;
  const inText = control.closest(".tt-body") && control.href?.startsWith(address(session, "c/")) && "parent";
  const act = actions[sort ? "sort" : action || inText || ""];
  if (!act || (act === compose && !one(section, ".tt-composer"))) return;
  event.preventDefault();
  if (control.ariaBusy) return;
  control.ariaBusy = "true";
  try {
    await act(session, control);
  } catch {
    // The next click follows the link.
    control.dataset.plain = "1";
    tell(control, say(section, "failed"), "failed");
  }
  control.ariaBusy = null;
}

/** The comment that an address names. @param {{ pathname?: string, hash: string }} url */
const commentIn = ({ pathname = "", hash }) => /(?:^#comment-|\/c\/)(\w{13})$/.exec(hash || pathname)?.[1] ?? "";

/** @type {Action} */
async function sort(session, link) {
  const { sort } = link.dataset;
  keep("sort", sort ?? "");
  await swap(session, link);
  one(session.section, `[data-sort="${sort}"]`)?.focus({ preventScroll: true });
}

/** @type {Action} */
async function swap(session, link) {
  show(session, await load(session, fragmentOf(link.href)));
  if (!session.embedded) history.replaceState(history.state, "", link.href);
}

/** @type {Action} */
async function next(session, link) {
  const further = await load(session, fragmentOf(link.href));
  const nav = link.closest(".tt-pages");
  const onward = one(further, "[data-action=next]");
  append(session, one(session.section, ".tt-comments"), one(further, ".tt-comments"));
  if (onward) link.replaceWith(onward);
  else nav?.remove();
}

/** @type {Action} */
async function more(session, link) {
  const got = await read(session, fragmentOf(link.href, "replies"));
  append(session, repliesOf(/** @type {Element} */ (link.closest("li"))), one(got, ".tt-replies"));
  link.replaceWith(...all(got, ":scope > .tt-more"));
}

/** Append what is not there yet: two pages may share a comment. @param {Session} session @param {Element} list @param {Element} further */
function append(session, list, further) {
  const items = [...further.children].filter((item) => !find(session, one(item, "article").dataset.comment));
  list.append(...items);
  for (const item of items) decorate(session, item);
  one(items[0], "article")?.focus({ preventScroll: true });
}

/** @param {Session} session @param {HTMLElement} section */
export function show(session, section) {
  if (section === session.section) return;
  session.section.replaceWith(section);
  session.section = section;
  restore(session);
  decorate(session, section);
}

/** @param {Session} session @param {string} id */
function arrive(session, id) {
  const article = find(session, id);
  if (!article) return;
  one(session.section, ".tt-highlight")?.classList.remove("tt-highlight");
  article.classList.add("tt-highlight");
  reading.reveal(article);
  goTo(article, "start");
}

/**
 * Go to a comment, if need be in its context. *Back* returns to exactly this place.
 * @param {Session} session @param {string} id @param {string} [href] @param {boolean} [deeper]  even if it is shown
 */
export async function visit(session, id, href = address(session, `c/${id}`), deeper = false) {
  const shown = !deeper && find(session, id);
  const section = shown ? session.section : await load(session, fragmentOf(href));
  push(session, session.embedded || shown ? `#comment-${id}` : href);
  show(session, section);
  arrive(session, id);
}

/** @param {Session} session @param {string} url */
function push(session, url) {
  number(session);
  remember(session);
  session.at += 1;
  history.pushState({ ...history.state, tertulia: session.at }, "", url);
}

/** @param {Session} session */
const number = ({ at }) => history.replaceState({ ...history.state, tertulia: at }, "");

/** @param {Session} session */
function remember({ section, root, at, views }) {
  views.set(at, { section, top: scrollY, focus: root.activeElement });
}

/** @param {Session} session */
async function travel(session) {
  const id = commentIn({ hash: location.hash });
  // Without a number: the page as it came, or a hash that was followed.
  const to = history.state?.tertulia ?? (id ? session.at + 1 : 0);
  if (to === session.at) return;
  remember(session);
  const view = session.views.get(to);
  session.at = to;
  if (view) {
    show(session, view.section);
    scrollTo({ top: view.top, behavior: "instant" });
    /** @type {HTMLElement | null} */ (view.focus)?.focus({ preventScroll: true });
  } else if (id) {
    number(session);
    if (!find(session, id)) show(session, await load(session, fragmentOf(address(session, `c/${id}`))));
    arrive(session, id);
  } else if (!session.embedded) location.reload();
}

/** @type {Action} */
async function back(session, link) {
  const { views, at, section, embedded } = session;
  for (let key = at - 1; views.has(key); key -= 1) {
    if (!views.get(key)?.section.dataset.context) return history.go(key - at);
  }
  const thread = comments(section)[0].dataset.root ?? "";
  const whole = await load(session, fragmentOf(link.href));
  push(session, embedded ? location.pathname + location.search : link.href);
  show(session, whole);
  goTo(find(session, thread) ?? whole, "start");
}

/** Say who is signed in, and ask their name no more. @param {Session} session */
export function greet(session) {
  const { section } = session;
  const account = accountOf(session);
  const line = one(section, ".tt-account");
  if (!line) return;
  one(line, "bdi").textContent = account?.name;
  one(line, "[data-action=sign-in]").hidden = Boolean(account);
  for (const each of all(line, ".tt-mine, [data-action=sign-out]")) each.hidden = !account;
  one(line, ".tt-as").hidden = !account?.name;
  const field = one(section, ".tt-composing [name=name]");
  if (field) field.disabled = field.closest(".tt-name").hidden = Boolean(account?.name);
}

/** @param {Session} session */
export async function askMine(session) {
  const { story } = session.section.dataset;
  const mine = story && (await personal(session, `mine?story=${story}`));
  if (!mine) return;
  if (mine.account) know(session, { token: "", ...accountOf(session), ...mine.account });
  else keep("name", recall("name") ?? mine.name);
  session.author = mine.author;
  session.muted = new Set(mine.muted);
  for (const { id, edit_until } of mine.own) session.own.set(id, Date.parse(edit_until));
  for (const { id, parent, fragment } of mine.held) session.written.set(id, { parent, html: fragment });
  restore(session);
  decorate(session, session.section);
}

/** Put in what the shown section lacks. @param {Session} session */
function restore(session) {
  for (const [id, { parent, html }] of session.written) {
    const shown = find(session, id)?.dataset;
    const fragment = session.parse(html);
    const { revision, status } = one(fragment, "article").dataset;
    // Its author sees more of a removed one than stands there for everybody.
    const newer = Number(revision) + Number(status === "removed");
    if (!shown || shown.status === "held" || Number(shown.revision) < newer) place(session, fragment, parent);
  }
}

/** @param {Session} session @param {ParentNode} scope */
function offer({ section, own }, scope) {
  for (const [id, until] of own) {
    const actions = one(scope, `#comment-${id}:not(.tt-tombstone) > .tt-actions:not(:has([data-action=withdraw]))`);
    const left = until - Date.now();
    if (actions && left > 0) {
      const edit = button("edit", say(section, "edit"));
      setTimeout(() => edit.remove(), Math.min(left, 1e9));
      actions.append(edit);
    }
    actions?.append(button("withdraw", say(section, "withdraw")));
  }
}

/** @type {Action} */
async function withdraw(session, control) {
  const article = /** @type {HTMLElement} */ (control.closest("article"));
  if (!confirm(say(session.section, "confirm_withdraw"))) return;
  const { ok, answer } = await send(session, `c/${article.dataset.comment}/withdraw`, {});
  if (ok) take(session, answer, article.dataset.parent ?? "");
  else tell(article, answer.detail ?? "", "refused");
}

/**
 * Show what the server made of a text, if its place is shown.
 * @param {Session} session @param {Answer} answer @param {string} parent
 */
export function take(session, { id, fragment, message, state, edit_until }, parent) {
  session.own.set(id, Date.parse(edit_until ?? ""));
  session.written.set(id, { parent, html: fragment });
  const article = place(session, session.parse(fragment), parent);
  if (!article) return false;
  tell(article, message, state);
  goTo(article);
  return true;
}
