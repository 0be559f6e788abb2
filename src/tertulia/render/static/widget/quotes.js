/** Quoting as Markdown: comments, and what is selected in them or in the story. */
import { button, one, say } from "../shared/fragments.js";

const BLOCKS = /^(P|DIV|LI|[UO]L|BLOCKQUOTE|H\d|FIG\w+|SECTION|TR)$/;
const SILENT = /^(SCRIPT|STYLE|BUTTON|NOSCRIPT|TERTULIA-DISCUSSION)$/;
const MARKUP = /[\\`*[<]|~(?=~)|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;

/** @param {any} root @param {Element | null} within */
function selectedIn(root, within) {
  /** @type {any} */
  const selection = getSelection();
  const range = document.createRange();
  let found;
  try {
    [found] = selection.getComposedRanges({ shadowRoots: root === document ? [] : [root] });
  } catch {
    // Older browsers.
    const own = root.getSelection?.() ?? selection;
    if (own.rangeCount) found = own.getRangeAt(0);
  }
  if (!found || !within) return;
  range.setStart(found.startContainer, found.startOffset);
  range.setEnd(found.endContainer, found.endOffset);
  if (range.collapsed || !range.intersectsNode(within)) return;
  if (!within.contains(range.startContainer)) range.setStart(within, 0);
  if (!within.contains(range.endContainer)) range.setEnd(within, within.childNodes.length);
  return range;
}

/** @param {Node} node @returns {string} */
function words(node) {
  let text = "";
  for (const child of node.childNodes) {
    const tag = child.nodeName;
    if (child instanceof Text) text += child.data.replace(/\s+/g, " ");
    else if (tag === "BR") text += "\n";
    else if (tag === "PRE") text += `\n\n${child.textContent}\n\n`;
    else if (!SILENT.test(tag)) text += BLOCKS.test(tag) ? `\n\n${words(child)}\n\n` : words(child);
  }
  return text;
}

/** @param {Node | undefined} node */
const tidy = (node) => (node ? words(node) : "").replace(/ *\n */g, "\n").replace(/\n{3,}/g, "\n\n").trim();

/** @param {string} text @param {string[]} source */
function quoted(text, ...source) {
  const lines = [...text.replace(MARKUP, "\\$&").split("\n"), ...source];
  return `${lines.map((line) => `> ${line}`.trimEnd()).join("\n")}\n\n`;
}

/** What is selected, or all but what it quotes itself. @param {Session} session @param {Element} article */
export function ofComment({ root }, article) {
  const body = one(article, ".tt-body");
  const copy = body.cloneNode(true);
  for (const quote of copy.querySelectorAll("blockquote")) quote.remove();
  const text = tidy(selectedIn(root, body)?.cloneContents()) || tidy(copy) || tidy(body);
  const name = one(article, ".tt-author").textContent.trim().replace(/[\\[\]]/g, "\\$&");
  return quoted(text, "", `[${name}](#${article.id})`);
}

/** Offer to quote the story. @param {Session} session */
export function start(session) {
  const { root, host, signal } = session;
  const offer = button("quote-story", say(session.section, "quote_story"));
  const selected = () => selectedIn(root, document.querySelector(host.getAttribute("article") ?? "article, main"));
  const draw = () => {
    const range = selected();
    const wanted = tidy(range?.cloneContents()) && one(session.section, ".tt-write") && one(session.section, ".tt-composer");
    if (!range || !wanted) return root.activeElement === offer || offer.remove();
    // Outside the section: a size container holds what is fixed.
    if (!offer.isConnected) session.section.before(offer);
    const { left, bottom } = range.getBoundingClientRect();
    offer.style.left = `${Math.max(8, Math.min(left, innerWidth - offer.offsetWidth - 8))}px`;
    offer.style.top = `${Math.max(8, Math.min(bottom + 8, innerHeight - offer.offsetHeight - 8))}px`;
  };
  let timer = 0;
  offer.className = "tt-quote-story";
  offer.addEventListener("mousedown", (event) => event.preventDefault());
  offer.addEventListener("click", async () => {
    const text = quoted(tidy(selected()?.cloneContents()));
    const { open } = await import("./composer.js");
    offer.remove();
    open(session, one(session.section, ".tt-write"), text);
  });
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    timer = setTimeout(draw, 150);
  }, { signal });
  addEventListener("scroll", () => offer.isConnected && draw(), { signal, passive: true });
  signal.addEventListener("abort", () => offer.remove());
}
