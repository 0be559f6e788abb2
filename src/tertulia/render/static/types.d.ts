/** Types that the reader's modules share. Read by the type checker only; never sent to a browser. */

/** One discussion in one page, from its start until it leaves the page. */
interface Session {
  root: Document | ShadowRoot;
  /** Events for the page leave from it. */
  host: HTMLElement;
  /** The fragment that is shown. */
  section: HTMLElement;
  /** On somebody else's page, in a shadow root: a guest is known by a header, not by a cookie. */
  embedded: boolean;
  /** The language the page asks for; empty: the site's own. */
  lang: string;
  /** Aborted when the discussion leaves the page. */
  signal: AbortSignal;
  parse: (html: string) => DocumentFragment;
  /** Run over everything that comes into the page. */
  decorators: ((scope: ParentNode) => void)[];
  /** Where the reader was, by the number in `history.state`. */
  views: Map<number, View>;
  /** The number of the present view. */
  at: number;
  /** What this reader wrote, by id: shown even where the server's fragment lacks it. */
  written: Map<string, { parent: string; html: string }>;
  /** This reader's comments: until when each may be edited. */
  own: Map<string, number>;
  /** The id of this reader's public face, as far as it is known. */
  author: string;
  /** Authors whose words this reader wants folded. */
  muted: Set<string>;
  sending: boolean;
}

/** Who is signed in at a site. */
interface Account {
  /** Empty until the first comment. */
  name: string;
  /** Stands for them in an embed; empty on our own pages, where a cookie does. */
  token: string;
}

interface View {
  section: HTMLElement;
  top: number;
  focus: Element | null;
}

type Given = Pick<Session, "root" | "host" | "section" | "embedded" | "lang" | "signal" | "parse">;

/** What a control of the discussion does. */
type Action = (session: Session, control: HTMLAnchorElement) => Promise<any>;

/** What the server answers to a comment, an edit or a withdrawal, or to a refused one. */
interface Answer {
  id: string;
  story: string;
  state: string;
  fragment: string;
  message: string;
  edit_until?: string;
  /** Of a refusal: why, for people. */
  detail?: string;
  code?: string;
  parameters?: { reason?: string };
}

/** What the server gives for a handed-over code, and for a token that grows old. */
interface Granted {
  token: string;
  name: string;
  /** How long the token lives. */
  seconds: number;
}

interface Live {
  session: Session;
  /** Comments that others wrote, by id. */
  news: Map<string, { parent: string; revision: number }>;
  /** The greatest id known; empty where the shown page does not tell. */
  latest: string;
  source: EventSource | null;
}

interface Composer {
  session: Session;
  box: HTMLElement;
  form: HTMLFormElement;
  area: HTMLTextAreaElement;
  /** The field of a guest's name; none on a site that knows its authors. */
  name: HTMLInputElement | null;
  /** What opened it, and gets the focus back. */
  control: HTMLElement;
  /** What is answered or edited. */
  article: HTMLElement | null;
  edits: boolean;
  /** The draft's name. */
  draft: string;
  /** Makes a repeated submit harmless. */
  key: string;
  /** Not empty once the writer was asked to reconsider. */
  again: string;
}
