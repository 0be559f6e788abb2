/** What the modules share: asking the server, putting its fragments in place, remembering. */

/** @param {ParentNode} scope @param {string} selector @returns {HTMLElement[]} */
export const all = (scope, selector) => /** @type {any} */ ([...scope.querySelectorAll(selector)]);

/** @param {ParentNode | null | undefined} scope @param {string} selector @returns {any} */
export const one = (scope, selector) => scope?.querySelector(selector);

/** @param {ParentNode} scope */
export const comments = (scope) => all(scope, "article[data-comment]");

/** @param {Session} session @param {string} id @returns {HTMLElement | null} */
export const find = ({ section }, id) => one(section, `#comment-${id}`);

/** @param {Session} session @param {string} path */
export const address = ({ section: { dataset } }, path) => `${dataset.base}/${dataset.site}/${path}`;

/** @param {string} href @param {string} [tail] */
export function fragmentOf(href, tail = "fragment") {
  const url = new URL(href);
  url.pathname += `/${tail}`;
  url.hash = "";
  return url.href;
}

/**
 * Who is signed in, by site. In memory only: what a story's page stores, all its scripts can read.
 * @type {Map<string, Account | undefined>}
 */
const accounts = new Map();

/** @param {Session} session */
export const accountOf = (session) => accounts.get(address(session, ""));

/** A page may show several discussions of a site. @param {Session} session @param {Account} [account] */
export function know(session, account) {
  accounts.set(address(session, ""), account);
  dispatchEvent(new Event("tertulia:account"));
}

/** @param {Session} session @param {string} href @param {Record<string, string>} headers @param {Record<string, string>} [fields] */
async function ask(session, href, headers, fields) {
  const { embedded, lang, signal } = session;
  const url = new URL(href);
  if (lang) url.searchParams.set("lang", lang);
  const form = fields && { method: "POST", body: new URLSearchParams(lang ? { ...fields, lang } : fields) };
  const token = accountOf(session)?.token;
  // From another origin the server takes nothing without a secret, not even a text to preview.
  const known = embedded && (form || headers.Accept) && {
    "Tertulia-Guest": guest(),
    ...(token && { Authorization: `Bearer ${token}` }),
  };
  // These two bring and take what this page may come back with, and no other cookie counts there.
  const returns = /sign-in\/(exchange|resume)$/.test(href);
  const credentials = !embedded ? "same-origin" : returns ? "include" : "omit";
  const response = await fetch(url, { credentials, signal, headers: { ...headers, ...known }, ...form });
  // Over, and not renewed meanwhile.
  if (response.status === 401 && token && token === accountOf(session)?.token) know(session);
  return response;
}

/** @param {Session} session @param {string} path @param {Record<string, string>} [fields] */
export const askPersonally = (session, path, fields) =>
  ask(session, address(session, path), { Accept: "application/json" }, fields);

/** @param {Session} session @param {string} href @param {Record<string, string>} [fields] */
export async function read(session, href, fields) {
  const response = await ask(session, href, {}, fields);
  if (!response.ok) throw new Error(href);
  return session.parse(await response.text());
}

/** @param {Session} session @param {string} href @returns {Promise<HTMLElement>} */
export const load = async (session, href) => one(await read(session, href), "section");

/** Nothing where this reader never wrote. @param {Session} session @param {string} path */
export async function personal(session, path) {
  if (session.embedded && !recall("guest")) return;
  const response = await askPersonally(session, path);
  if (response.ok) return response.json();
}

/**
 * @param {Session} session @param {string} path @param {Record<string, string>} fields
 * @returns {Promise<{ ok: boolean, answer: Answer & Granted }>}
 */
export async function send(session, path, fields) {
  const response = await askPersonally(session, path, fields);
  return { ok: response.ok, answer: await response.json() };
}

/** @param {Session} session @param {ParentNode} scope */
export const decorate = ({ decorators }, scope) => decorators.forEach((each) => each(scope));

/** @param {Element} item @returns {HTMLElement} */
export function repliesOf(item) {
  const known = one(item, ":scope > .tt-replies");
  if (known) return known;
  const list = document.createElement("ol");
  list.className = "tt-replies";
  return item.insertBefore(list, one(item, ":scope > .tt-more, :scope > .tt-continue"));
}

/**
 * Put a comment over its older self, below its parent, or on top; nowhere if its parent is not shown.
 * @param {Session} session @param {DocumentFragment} fragment @param {string} parent @returns {HTMLElement | undefined}
 */
export function place(session, fragment, parent) {
  const { section, root } = session;
  const article = one(fragment, "article");
  const item = article.parentNode;
  const old = find(session, article.dataset.comment);
  const above = parent && find(session, parent)?.closest("li:not(.tt-ancestor)");
  if (old) {
    const focused = old.contains(root.activeElement);
    old.replaceWith(article);
    if (focused) article.focus({ preventScroll: true });
  } else if (above) repliesOf(above).append(item);
  else if (!parent && !section.dataset.context) one(section, ".tt-comments").prepend(item);
  else return;
  decorate(session, article.parentNode);
  return article;
}

/** Change the page, but not what the reader looks at. @param {Session} session @param {() => void} change */
export function still({ section }, change) {
  /** @param {Element} article */
  const top = (article) => article.getBoundingClientRect().top;
  const seen = comments(section).find((each) => each.getBoundingClientRect().bottom > 0 && top(each) < innerHeight);
  const before = seen && top(seen);
  change();
  if (seen?.isConnected) scrollBy({ top: top(seen) - Number(before), behavior: "instant" });
}

/** @param {HTMLElement} article @param {ScrollLogicalPosition} [block] */
export function goTo(article, block = "nearest") {
  article.focus({ preventScroll: true });
  article.scrollIntoView({ block, behavior: "instant" });
}

/**
 * The server's words, in the plural form of `n`.
 * @param {HTMLElement} section @param {string} key @param {number} [n] @returns {string}
 */
export function say({ lang, dataset }, key, n) {
  const text = JSON.parse(dataset.strings ?? "{}")[key] ?? "";
  if (n === undefined) return text;
  const form = text[new Intl.PluralRules(lang).select(n)] ?? "";
  return form.replace("{n}", new Intl.NumberFormat(`${lang}-u-nu-latn`).format(n));
}

/** @param {Element} above @param {string} text @param {string} state */
export function tell(above, text, state) {
  const next = above.nextElementSibling;
  const line = next instanceof HTMLParagraphElement ? next : document.createElement("p");
  line.className = "tt-state";
  line.role = "status";
  line.dataset.state = state;
  above.after(line);
  // A live region speaks when its text changes later.
  setTimeout(() => (line.textContent = text), 50);
}

/** @param {string} action @param {string} text */
export function button(action, text) {
  const made = document.createElement("button");
  made.type = "button";
  made.dataset.action = action;
  made.textContent = text;
  return made;
}

/** @param {HTMLElement} section @param {number} count */
export function recount(section, count) {
  section.dataset.count = `${count}`;
  one(section, ".tt-count").textContent = say(section, "count", count);
}

/** @type {Record<string, string>} */
let store = {};
try {
  store = localStorage;
} catch {
  // Refused: nothing outlives the page.
}

/** @param {string} name @returns {string | undefined} */
export const recall = (name) => store[`tertulia.${name}`];

/** @param {string} name @param {string} value  empty: forget */
export function keep(name, value) {
  try {
    if (value) store[`tertulia.${name}`] = value;
    else delete store[`tertulia.${name}`];
  } catch {
    // Full.
  }
}

/** @param {string} name @returns {Record<string, any>} */
export const table = (name) => JSON.parse(recall(name) ?? "{}");

/** Keep an entry as the newest of so many. @param {string} name @param {string} key @param {any} value @param {number} most */
export function note(name, key, value, most) {
  const { [key]: _, ...rest } = table(name);
  const entries = Object.entries(rest).slice(1 - most);
  if (value) entries.push([key, value]);
  keep(name, JSON.stringify(Object.fromEntries(entries)));
}

/** The secret by which a guest's comments stay theirs. */
function guest() {
  if (!recall("guest")) {
    const made = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
    keep("guest", made.replaceAll("+", "-").replaceAll("/", "_").replace("=", ""));
  }
  return recall("guest") ?? "";
}
