/**
 * Signing in on a story's page: a window of ours hands over a code, and a token comes for it, kept in memory only.
 * After a reload the browser brings what it keeps for this page's site, out of the reach of scripts, and another comes.
 */
import { accountOf, address, askPersonally, keep, know, one, say, send, tell } from "../shared/fragments.js";
import { askMine } from "./thread.js";

/** Milliseconds, for each second of its life, after which a token is renewed. */
const RIPE = 667;
/** Milliseconds between two looks at it, and so between two tries. */
const PACE = 20_000;

/** Seconds before the end at which a page is asked for another token. */
const EARLY = 60;

/** The token of each element that was shown already. @type {WeakMap<HTMLElement, string>} */
const vouched = new WeakMap();

let waiting = new AbortController();

/** @param {Session} session @param {HTMLElement} control  what was pressed @param {Window} popup */
export function wait(session, control, popup) {
  const { origin } = new URL(address(session, ""));
  waiting.abort();
  const { signal } = (waiting = new AbortController());
  session.signal.addEventListener("abort", () => waiting.abort(), { signal });
  popup.focus();
  addEventListener("message", (event) => {
    const { tertulia, code } = event.data ?? {};
    if (event.source !== popup || event.origin !== origin || tertulia !== "signed-in") return;
    waiting.abort();
    exchange(session, control, `${code}`).catch(() => tell(control, say(session.section, "failed"), "failed"));
  }, { signal });
}

/** @param {Session} session @param {HTMLElement} control @param {string} code */
async function exchange(session, control, code) {
  const { ok, answer } = await send(session, "sign-in/exchange", { code });
  if (!ok) return tell(control, answer.detail ?? "", "refused");
  keep("account", "1");
  hold(session, answer);
  if (control.dataset.action === "sign-in") one(session.section, ".tt-mine").focus();
  else control.click();
  await askMine(session);
}

/** Come back to a page where one was signed in. @param {Session} session */
export async function resume(session) {
  const { ok, answer } = await send(session, "sign-in/resume", {}).catch(() => ({ ok: false, answer: null }));
  if (ok && answer) hold(session, answer);
  else if (answer?.code === "session-over") keep("account", "");
  await askMine(session);
}

/** Have a token, and a fresh one before it is over. @param {Session} started @param {Granted} granted */
function hold(started, { token, name, seconds }) {
  // It outlives what is shown.
  const session = { ...started, signal: new AbortController().signal };
  let due = Date.now() + seconds * RIPE;
  const stop = new AbortController();
  const look = async () => {
    if (accountOf(session)?.token !== token) return stop.abort();
    if (Date.now() < due) return;
    due = Date.now() + PACE;
    const { ok, answer } = await send(session, "sign-in/renew", {}).catch(() => ({ ok: false, answer: null }));
    if (ok && answer) hold(session, answer);
  };
  const timer = setInterval(look, PACE);
  stop.signal.addEventListener("abort", () => clearInterval(timer));
  document.addEventListener("visibilitychange", look, { signal: stop.signal });
  know(session, { token, name });
}

/**
 * Sign in by the publication's token; before what came for it is over, the page is asked for another.
 * @param {Session} session
 */
export async function vouch(session) {
  const { host } = session;
  const told = host.getAttribute("token") ?? "";
  if (told === vouched.get(host) && accountOf(session)) return;
  vouched.set(host, told);
  const { ok, answer } = await send(session, "sign-in/token", { token: told });
  if (!ok) return console.warn("tertulia", answer.parameters?.reason ?? answer.code);
  know(session, answer);
  setTimeout(() => {
    const event = new CustomEvent("tertulia:token", { bubbles: true, composed: true });
    if (host.getAttribute("token") === told) host.dispatchEvent(event);
  }, Math.max(answer.seconds - EARLY, EARLY / 2) * 1000);
  await askMine(session);
}

/** Sign out; on somebody else's machine nothing of this reader's may stay. @param {Session} session */
export async function leave(session) {
  await askPersonally(session, "sign-out", {}).catch(() => {});
  know(session);
  session.host.removeAttribute("token");
  for (const name of ["account", "guest", "name", "drafts"]) keep(name, "");
  const { embedded, host, root } = session;
  if (!embedded) return location.reload();
  await /** @type {any} */ (host).refresh();
  one(root, "[data-action=sign-in]")?.focus();
}
