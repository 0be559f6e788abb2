/** On our own pages: make a passkey, or sign in with one. Words come from the page or from the server's answer. */

const HEADERS = { Accept: "application/json", "Content-Type": "application/json" };

/** @param {string} text base64url */
function bytes(text) {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
}

/** @param {ArrayBuffer | null} given */
function base64url(given) {
  const text = btoa(String.fromCharCode(...new Uint8Array(given ?? new ArrayBuffer(0))));
  return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** @param {string} address @param {object} content */
async function ask(address, content) {
  const response = await fetch(address, { method: "POST", headers: HEADERS, body: JSON.stringify(content) });
  const answer = await response.json();
  if (!response.ok) throw new Refused(answer);
  return answer;
}

class Refused extends Error {
  /** @param {{code: string, detail: string}} problem */
  constructor(problem) {
    super(problem.detail);
    this.code = problem.code;
  }
}

/** @param {any} options */
async function make(options) {
  options.challenge = bytes(options.challenge);
  options.user.id = bytes(options.user.id);
  for (const known of options.excludeCredentials ?? []) known.id = bytes(known.id);
  const made = /** @type {any} */ (await navigator.credentials.create({ publicKey: options }));
  return {
    ...named(made),
    response: {
      clientDataJSON: base64url(made.response.clientDataJSON),
      attestationObject: base64url(made.response.attestationObject),
      transports: made.response.getTransports?.() ?? [],
    },
  };
}

/** @param {any} options */
async function use(options) {
  options.challenge = bytes(options.challenge);
  const used = /** @type {any} */ (await navigator.credentials.get({ publicKey: options }));
  return {
    ...named(used),
    response: {
      clientDataJSON: base64url(used.response.clientDataJSON),
      authenticatorData: base64url(used.response.authenticatorData),
      signature: base64url(used.response.signature),
      userHandle: base64url(used.response.userHandle),
    },
  };
}

/** @param {any} credential */
function named(credential) {
  return { id: credential.id, rawId: base64url(credential.rawId), type: credential.type };
}

/** @param {HTMLFormElement} form */
async function go(form) {
  const { options, passkey, cancelled, again } = form.dataset;
  const state = /** @type {HTMLElement} */ (form.querySelector("[role=status]"));
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
  state.textContent = "";
  button.disabled = true;
  try {
    const wanted = await ask(options ?? "", {});
    const credential = await (passkey === "add" ? make(wanted) : use(wanted));
    const { lead } = await ask(form.action, { ...Object.fromEntries(new FormData(form)), credential });
    // With a fragment the same page would stay as it is.
    if (new URL(lead, location.href).href.split("#")[0] === location.href.split("#")[0]) location.reload();
    else location.assign(lead);
  } catch (failure) {
    if (again && failure instanceof Refused && failure.code === "prove-again") {
      location.assign(again);
      return;
    }
    state.textContent = (failure instanceof Refused && failure.message) || (cancelled ?? "");
    button.disabled = false;
  }
}

/** @type {NodeListOf<HTMLFormElement>} */
const forms = document.querySelectorAll("form[data-passkey]");
for (const form of "PublicKeyCredential" in globalThis ? forms : []) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(form);
  });
}
