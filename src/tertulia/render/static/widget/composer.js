/** Writing and editing: the server's form, sent in place; its text is kept until it is accepted. */
import { accountOf, address, all, decorate, keep, know, note, one, personal, read, recall, recount, say, send, table, tell } from "../shared/fragments.js";
import { ofComment } from "./quotes.js";
import { greet, take, visit } from "./thread.js";

const DRAFTS = 20;

/** @param {Session} session @param {HTMLElement} control @param {string} [given] */
export async function open(session, control, given = "") {
  const { section } = session;
  const { action } = control.dataset;
  const article = control.closest("article");
  const id = article?.dataset.comment ?? "";
  const edits = action === "edit";
  const text = article && action === "quote" ? ofComment(session, article) : given;
  const draft = `${section.dataset.storyUrl} ${edits ? action : ""} ${id}`;
  const known = one(section, ".tt-composing");
  if (known?.dataset.draft === draft) return insert(one(known, "textarea"), text);
  const source = edits ? await personal(session, `c/${id}/source`) : { body: "" };
  const kept = table("drafts")[draft];
  const key = kept?.key ?? crypto.randomUUID?.() ?? `${Math.random()}`;
  const box = document.createElement("div");
  box.className = "tt-composing";
  box.dataset.draft = draft;
  box.append(document.importNode(one(section, ".tt-composer").content, true));
  known?.remove();
  if (article) article.after(box);
  else one(section, ".tt-comments").before(box);
  const field = one(box, "[name=name]");
  const name = edits ? null : field;
  const area = one(box, "textarea");
  const composer = { session, box, form: one(box, "form"), area, name, control, article, edits, draft, key, again: "" };
  if (name) name.value ||= recall("name") ?? "";
  else field?.closest(".tt-name").remove();
  greet(session);
  area.value = kept?.body ?? source.body;
  if (kept) tellWriter(composer, "draft", say(section, "draft_kept"));
  wire(composer);
  insert(area, text);
}

/** @param {Composer} composer */
function wire(composer) {
  const { session: { section }, box, form, area, key, draft } = composer;
  const preview = one(box, ".tt-preview");
  const count = () => {
    const left = Number(section.dataset.longest) - [...area.value].length;
    one(box, ".tt-left").textContent = left < 1000 ? say(section, "left", left) : "";
  };
  box.addEventListener("click", (event) => {
    const { action, mark } = /** @type {any} */ (event.target).closest("button")?.dataset ?? {};
    if (mark) apply(area, mark);
    else if (action === "cancel") close(composer);
    else if (action === "preview") show(composer, preview);
    else return;
    event.preventDefault();
  });
  box.addEventListener("keydown", (event) => press(composer, event));
  area.addEventListener("input", () => {
    note("drafts", draft, area.value.trim() && { body: area.value, key }, DRAFTS);
    preview.hidden = true;
    count();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(composer);
  });
  all(box, "[data-mark]").forEach((each, index) => (each.tabIndex = index ? -1 : 0));
  count();
}

/** @param {Composer} composer @param {KeyboardEvent} event */
function press(composer, event) {
  const { box, form } = composer;
  const { key, target } = event;
  const marks = all(box, "[data-mark]");
  const at = marks.indexOf(/** @type {HTMLElement} */ (target));
  const by = { ArrowRight: 1, ArrowLeft: -1 }[key];
  if (key === "Escape" && !event.isComposing) close(composer);
  else if (key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  else if (by && at >= 0) {
    // A toolbar is one stop for Tab.
    const to = marks.at((at + (box.matches(":dir(rtl)") ? -by : by)) % marks.length);
    marks.forEach((each) => (each.tabIndex = each === to ? 0 : -1));
    to?.focus();
  } else return;
  event.preventDefault();
}

/** @param {HTMLTextAreaElement} area @param {string} text */
function insert(area, text) {
  const before = area.value.slice(0, area.selectionStart).trimEnd();
  if (text) write(area, before.length, area.selectionEnd, (before && "\n\n") + text);
  area.focus();
  area.scrollIntoView({ block: "nearest", behavior: "instant" });
}

/** @param {Composer} composer @param {string} state @param {string} text */
function tellWriter({ box }, state, text) {
  const line = one(box, ".tt-state");
  line.dataset.state = state;
  line.textContent = text;
}

/** @param {Composer} composer @param {HTMLElement} pane */
async function show({ session, area }, pane) {
  pane.hidden = false;
  pane.textContent = say(session.section, "loading");
  try {
    pane.replaceChildren(await read(session, address(session, "preview"), { body: area.value }));
  } catch {
    pane.textContent = say(session.section, "failed");
  }
}

/** @param {Composer} composer */
function close({ box, control, article }) {
  box.remove();
  (control.isConnected ? control : article)?.focus();
}

/** @param {Composer} composer */
async function submit(composer) {
  const { session, form, area, name, article, edits, key } = composer;
  const { section, host } = session;
  const { story, storyUrl: url = "" } = section.dataset;
  const parent = article?.dataset.comment ?? "";
  const control = one(form, "[type=submit]");
  const title = host.dataset.title ?? one(form, "[name=title]")?.value ?? "";
  const path = edits ? `c/${parent}/edit` : story ? `s/${story}/comments` : "comments";
  const fields = { body: area.value, name: name?.disabled ? "" : (name?.value ?? ""), key, parent, reconsidered: composer.again, ...(!story && { url, title }) };
  if (session.sending) return;
  session.sending = true;
  control.ariaDisabled = "true";
  tellWriter(composer, "sending", say(section, "loading"));
  try {
    const { ok, answer } = await send(session, path, fields);
    if (ok) accepted(composer, answer);
    else {
      tellWriter(composer, "refused", `${say(section, "refused")} ${answer.detail}`);
      if (answer.code === "reconsider") control.textContent = say(section, (composer.again = "again"));
    }
  } catch {
    tellWriter(composer, "failed", say(section, navigator.onLine ? "failed" : "offline"));
  }
  session.sending = false;
  control.ariaDisabled = null;
  decorate(session, session.section);
}

/** @param {Composer} composer @param {Answer} answer */
function accepted(composer, answer) {
  const { session, box, name, article, edits, draft } = composer;
  const { section, host } = session;
  const { comment = "", parent = "" } = article?.dataset ?? {};
  const { id, story, state } = answer;
  const isNew = !edits && state === "posted";
  note("drafts", draft, null, DRAFTS);
  const account = accountOf(session);
  if (account) know(session, { ...account, name: account.name || (name?.value ?? "") });
  else if (name) keep("name", name.value);
  box.remove();
  section.dataset.story ||= story;
  const shown = take(session, answer, edits ? parent : comment);
  if (isNew) recount(section, Number(section.dataset.count) + 1);
  if (!shown && isNew) visit(session, id);
  else if (!shown && article) tell(article, answer.message, state);
  host.dispatchEvent(new CustomEvent("tertulia:posted", { bubbles: true, composed: true, detail: { id, story, state } }));
}

/** @type {Record<string, string>} */
const AROUND = { strong: "**", emphasis: "*", strike: "~~", code: "`" };
/** @type {Record<string, string>} */
const LINES = { quote: "> ", list: "- " };

/** @param {HTMLTextAreaElement} area @param {string} mark */
function apply(area, mark) {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const line = value.lastIndexOf("\n", from - 1) + 1;
  const text = value.slice(from, to);
  const around = AROUND[mark] ?? "[";
  const start = from + around.length;
  const end = start + text.length;
  if (LINES[mark]) return write(area, line, to, value.slice(line, to).replace(/^/gm, LINES[mark]));
  write(area, from, to, around + text + (AROUND[mark] ?? "](https://)"));
  // With its words selected, a link lacks its address.
  if (mark === "link" && text) area.setSelectionRange(end + 2, end + 10);
  else area.setSelectionRange(start, end);
}

/** So that undo works. @param {HTMLTextAreaElement} area @param {number} from @param {number} to @param {string} text */
function write(area, from, to, text) {
  area.focus();
  area.setSelectionRange(from, to);
  if (document.execCommand("insertText", false, text)) return;
  area.setRangeText(text, from, to, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}
