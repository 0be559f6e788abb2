/**
 * <tertulia-discussion site="gazette" [url] [title] [lang] [sort] [article] [token]><a href="…">Comments</a></tertulia-discussion>
 * Its own content shows until the first comments are there.
 */

const base = import.meta.url.replace(/(static\/[^/]+\/widget\/)?embed\.js.*$/, "");

/** The only place where text becomes elements: our server's. @param {string} html */
function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return document.importNode(template.content, true);
}

/** @param {Omit<Given, "parse">} given */
async function enhance(given) {
  const { start } = await import("./thread.js");
  return start({ ...given, parse });
}

/** @param {string} selector @param {string} name */
const ofPage = (selector, name) => document.querySelector(selector)?.getAttribute(name);

/** Dark where the page's paper is dark: not every dark page declares its scheme. @param {HTMLElement} host */
function suit(host) {
  for (let at = /** @type {Element | null} */ (host); at; at = at.parentElement) {
    const [, red, green, blue, alpha = 1] = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?/.exec(getComputedStyle(at).backgroundColor) ?? [];
    if (!red || Number(alpha) < 0.5) continue;
    const light = Number(red) * 0.3 + Number(green) * 0.6 + Number(blue) * 0.1;
    return host.style.setProperty("--scheme", light < 128 ? "dark" : "light");
  }
}

class Discussion extends HTMLElement {
  static observedAttributes = ["token"];
  #leaving = new AbortController();
  /** @type {Session | undefined} */
  #session;

  /** Sign a reader in by what the publication says. @param {string} token */
  signIn(token) {
    this.setAttribute("token", token);
  }

  async attributeChangedCallback() {
    const session = this.#session;
    if (session && this.getAttribute("token")) (await import("./account.js")).vouch(session).catch(() => {});
  }

  connectedCallback() {
    // The attribute would be a tooltip over everything.
    this.dataset.title ??= this.title || ofPage("meta[property='og:title']", "content") || document.title;
    this.removeAttribute("title");
    if (!this.shadowRoot) this.attachShadow({ mode: "open" }).append(document.createElement("slot"));
    this.refresh();
  }

  disconnectedCallback() {
    this.#leaving.abort();
  }

  /** Fetch the discussion anew. */
  async refresh() {
    this.#leaving.abort();
    const { signal } = (this.#leaving = new AbortController());
    suit(this);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => suit(this), { signal });
    const root = /** @type {ShadowRoot} */ (this.shadowRoot);
    try {
      import("./thread.js").catch(() => {});
      const [section] = await Promise.all([this.#load(signal), this.#dress(root)]);
      if (signal.aborted) return;
      for (const old of root.querySelectorAll("slot, section")) old.remove();
      root.append(section);
      this.#session = await enhance({ root, host: this, section, embedded: true, lang: this.lang, signal });
      this.attributeChangedCallback();
      const { story, storyUrl: url, count } = section.dataset;
      const detail = { story, url, count: Number(count) };
      this.dispatchEvent(new CustomEvent("tertulia:loaded", { bubbles: true, composed: true, detail }));
    } catch (error) {
      // The link inside still leads to the discussion.
      if (!signal.aborted) console.warn("tertulia", error);
    }
  }

  /** @param {AbortSignal} signal @returns {Promise<HTMLElement>} */
  async #load(signal) {
    const url = this.getAttribute("url") ?? ofPage("link[rel=canonical]", "href") ?? "";
    const query = new URLSearchParams({ url: new URL(url, document.baseURI).href.split("#")[0] });
    let sort = this.getAttribute("sort");
    try {
      sort = localStorage["tertulia.sort"] ?? sort;
    } catch {
      // Storage is refused.
    }
    if (sort) query.set("sort", sort);
    if (this.lang) query.set("lang", this.lang);
    const tries = [`discussion?${query}`];
    const [, asked] = /^#comment-(\w{13})$/.exec(location.hash) ?? [];
    if (asked) tries.unshift(`c/${asked}/fragment${this.lang && `?lang=${this.lang}`}`);
    for (const path of tries) {
      const response = await fetch(`${base}${this.getAttribute("site")}/${path}`, { credentials: "omit", signal });
      const section = response.ok && parse(await response.text()).querySelector("section");
      if (section) return section;
    }
    throw new Error(tries[0]);
  }

  /** @param {ShadowRoot} root */
  #dress(root) {
    if (root.querySelector("link")) return;
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL("widget.css", import.meta.url).href;
    return new Promise((done) => {
      link.onload = link.onerror = done;
      setTimeout(done, 3000);
      root.prepend(link);
    });
  }
}

if (!customElements.get("tertulia-discussion")) customElements.define("tertulia-discussion", Discussion);

// Our own pages have it already.
const section = /** @type {HTMLElement | null} */ (document.querySelector("section[data-tertulia]"));
const lang = new URLSearchParams(location.search).get("lang") ?? "";
const host = section?.parentElement;
if (host) enhance({ root: document, host, section, embedded: false, lang, signal: new AbortController().signal });
