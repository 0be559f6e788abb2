/** On our own pages: show what is typed into a password's field, until it is sent. */

/** @type {NodeListOf<HTMLButtonElement>} */
const buttons = document.querySelectorAll("button[data-reveal]");
for (const button of buttons) {
  const field = /** @type {HTMLInputElement} */ (document.getElementById(button.dataset.reveal ?? ""));
  /** @param {boolean} shown */
  const show = (shown) => {
    field.type = shown ? "text" : "password";
    // A field of text may be sent to a spell checker elsewhere.
    field.spellcheck = false;
    field.autocapitalize = "off";
    button.setAttribute("aria-pressed", String(shown));
  };
  button.hidden = false;
  button.addEventListener("click", () => show(field.type === "password"));
  // Browsers remember what stands in fields of text.
  field.form?.addEventListener("submit", () => show(false));
}
