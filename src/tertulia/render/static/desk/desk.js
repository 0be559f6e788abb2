/** The moderation desk: what plain forms do, without leaving the page. All its words come from the server. */
import { act } from "./acting.js";
import * as keys from "./keys.js";
import * as watching from "./watching.js";

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
  const row = /** @type {HTMLElement | null} */ (form.closest(".desk-item"));
  if (!row || !button || !form.matches(".desk-decide, .desk-done form")) return;
  event.preventDefault();
  act(row, form, button);
});
keys.start();
watching.start();
