/** In the window that signed in: hand a code to the page that opened it, and go. Else the window says what to do. */

/** @type {any} */
const page = document.querySelector("[data-handover]");

async function handOver() {
  const { origin, action } = page.dataset;
  const body = new URLSearchParams({ origin });
  const response = await fetch(action, { method: "POST", body, headers: { Accept: "application/json" } });
  const { code } = await response.json();
  if (!response.ok) return;
  opener.postMessage({ tertulia: "signed-in", code }, origin);
  close();
}

if (opener) handOver().catch(() => {});
