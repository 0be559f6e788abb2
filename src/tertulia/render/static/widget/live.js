/** What others write: the server nudges, a button says how many, only the reader moves the page. */
import { address, button, comments, decorate, find, goTo, load, one, place, read, recount, say, still } from "../shared/fragments.js";
import { sign } from "./reading.js";
import { show, visit } from "./thread.js";

/** Milliseconds until a hidden page gives its connection back. */
const PATIENCE = 300_000;
/** From here on everything is read anew. */
const MANY = 20;

/** @param {HTMLElement} article */
const idOf = ({ dataset }) => dataset.comment ?? "";

/** @param {Session} session */
export function start(session) {
  const { section, signal } = session;
  const { sort, after, context } = section.dataset;
  const first = sort === "newest" && !after && !context && comments(section).map(idOf).sort().at(-1);
  /** @type {Live} */
  const live = { session, news: new Map(), latest: first || "", source: null };
  let timer = 0;
  const look = () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(() => hush(live), PATIENCE);
    else wake(live);
  };
  session.decorators.push(() => {
    listen(live);
    draw(live);
  });
  listen(live);
  document.addEventListener("visibilitychange", look, { signal });
  addEventListener("pagehide", () => hush(live), { signal });
  addEventListener("pageshow", look, { signal });
  signal.addEventListener("abort", () => hush(live));
}

/** @param {Live} live */
function listen(live) {
  const { session, source: known } = live;
  const { story, revision } = session.section.dataset;
  if (!story || known || session.signal.aborted) return;
  // The page may come from a cache: the stream tells what happened since its revision.
  const path = `stream?story=${story}&revision=${revision}`;
  const source = (live.source = new EventSource(address(session, path)));
  /** @param {string} name @param {(data: any) => void} act */
  const on = (name, act) => source.addEventListener(name, (event) => act(JSON.parse(event.data)));
  on("comment.posted", (data) => posted(live, data));
  on("comment.changed", (data) => changed(live, data.id, data.comment_revision));
  on("refetch", () => catchUp(live));
  source.onerror = () => {
    if (source.readyState !== EventSource.CLOSED) return;
    // Refused. The next try comes later, not from all readers at once.
    live.source = null;
    setTimeout(() => document.hidden || wake(live), 60_000 * (1 + Math.random()));
  };
}

/** @param {Live} live */
function hush(live) {
  live.source?.close();
  live.source = null;
}

/** @param {Live} live */
function wake(live) {
  if (live.source) return;
  listen(live);
  if (live.source) catchUp(live);
}

/** @param {Live} live @param {{ id: string, parent: string | null, count?: number }} data */
function posted(live, { id, parent, count }) {
  const { session, news } = live;
  live.latest = [live.latest, id].sort()[1];
  if (count && !session.sending) recount(session.section, count);
  // One's own, held until now.
  if (find(session, id)?.dataset.status === "held") return void changed(live, id, 1);
  if (!news.has(id)) news.set(id, { parent: parent ?? "", revision: 1 });
  draw(live);
}

/** @param {Live} live @param {string} id @param {number} revision */
async function changed({ session, news }, id, revision) {
  const waiting = news.get(id);
  const shown = find(session, id)?.dataset;
  if (waiting) waiting.revision = revision;
  if (!shown || (Number(shown.revision) >= revision && shown.status !== "held")) return;
  const fragment = await fetched(session, id, revision);
  if (fragment) still(session, () => place(session, fragment, ""));
}

/** @param {Session} session @param {string} id @param {number} revision */
const fetched = (session, id, revision) => read(session, address(session, `c/${id}/r/${revision}`)).catch(() => null);

/** Nudges were missed. @param {Live} live */
async function catchUp(live) {
  const { session, latest } = live;
  const path = `s/${session.section.dataset.story}/fragment?sort=newest`;
  const newest = await load(session, address(session, path)).catch(() => null);
  if (!newest) return;
  recount(session.section, Number(newest.dataset.count));
  for (const article of comments(newest)) {
    const { comment = "", parent = "", revision } = article.dataset;
    if (latest && comment > latest) posted(live, { id: comment, parent });
    changed(live, comment, Number(revision));
  }
}

/** @param {Live} live */
const waitingOf = ({ session, news }) => [...news.keys()].filter((id) => !session.own.has(id) && !find(session, id)).sort();

/** @param {Live} live */
function draw(live) {
  const { section, sending } = live.session;
  const line = one(section, ".tt-live");
  const count = waitingOf(live).length;
  const text = say(section, "new", count);
  let fresh = one(line, "button");
  // The nudge of one's own comment may come first.
  if (sending) return;
  if (!count) return fresh?.remove();
  if (!fresh) {
    fresh = button("fresh", "");
    fresh.className = "tt-fresh";
    fresh.addEventListener("click", () => pull(live).catch(() => {}));
    line.append(fresh);
  }
  if (fresh.textContent !== text) fresh.textContent = text;
}

/** @param {Live} live */
async function pull(live) {
  const { session, news } = live;
  const ids = waitingOf(live);
  const { context, story, sort } = session.section.dataset;
  if (ids.length > MANY) {
    const path = context ? `c/${context}/fragment` : `s/${story}/fragment?sort=${sort}`;
    show(session, await load(session, address(session, path)));
    news.clear();
  } else {
    const got = await Promise.all(ids.map((id) => fetched(session, id, news.get(id)?.revision ?? 1)));
    still(session, () => got.forEach((each, index) => each && place(session, each, news.get(ids[index])?.parent ?? "")));
  }
  const placed = comments(session.section).filter((article) => ids.includes(idOf(article)));
  for (const article of placed) sign(session.section, article);
  for (const id of placed.length ? placed.map(idOf) : [ids[0]]) news.delete(id);
  decorate(session, session.section);
  if (placed[0]) goTo(placed[0]);
  else await visit(session, ids[0]);
}
