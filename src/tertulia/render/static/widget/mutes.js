/** Whom this reader mutes: their words fold, the replies to them stay. */
import { accountOf, button, comments, decorate, one, say, send, tell } from "../shared/fragments.js";

/** @param {Session} session @param {ParentNode} scope */
export function fold(session, scope) {
  const { section, muted } = session;
  for (const article of comments(scope)) {
    const { author = "" } = article.dataset;
    const meta = one(article, ".tt-meta");
    const known = one(meta, "[data-action=unfold]");
    const isMuted = muted.has(author);
    if (isMuted) {
      article.classList.remove("tt-unseen");
      one(meta, ".tt-new")?.remove();
    }
    if (isMuted && !known) {
      meta.append(button("unfold", ""));
      draw(session, article, true);
    } else if (!isMuted && known) {
      known.remove();
      article.classList.remove("tt-muted");
    }
    offer(session, article, author && say(section, isMuted ? "unmute" : "mute"));
  }
}

/** @param {Session} session @param {HTMLElement} article @param {string} words */
function offer(session, article, words) {
  const { author, comment = "" } = article.dataset;
  const actions = one(article, ".tt-actions");
  let control = one(actions, "[data-action=mute]");
  if (!words || !accountOf(session) || author === session.author || session.own.has(comment)) return control?.remove();
  control ??= actions.appendChild(button("mute", ""));
  control.textContent = words;
  control.setAttribute("aria-describedby", `by-${comment}`);
}

/** @param {Session} session @param {HTMLElement} article @param {boolean} folds */
function draw({ section }, article, folds) {
  const control = one(article, "[data-action=unfold]");
  article.classList.toggle("tt-muted", folds);
  control.textContent = say(section, folds ? "muted" : "unfolded");
  control.ariaExpanded = `${!folds}`;
}

/** @type {Action} */
export async function unfold(session, control) {
  const article = /** @type {HTMLElement} */ (control.closest("article"));
  draw(session, article, !article.matches(".tt-muted"));
}

/** @type {Action} */
export async function mute(session, control) {
  const { section, muted } = session;
  const article = /** @type {HTMLElement} */ (control.closest("article"));
  const { author = "" } = article.dataset;
  const off = muted.has(author);
  const { ok, answer } = await send(session, "me/muted", { author, off: off ? "1" : "" });
  if (!ok) return tell(article, answer.detail ?? "", "refused");
  if (off) muted.delete(author);
  else muted.add(author);
  decorate(session, section);
  (one(article, "[data-action=unfold]") ?? control).focus();
}
