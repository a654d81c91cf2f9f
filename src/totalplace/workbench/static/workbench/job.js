// Shows how far a job is without loading the whole page again. Without it the page loads itself.
const seconds = Number(document.currentScript.dataset.refresh) || 2;
async function look() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("job");
    if (!fresh) return;
    document.getElementById("job").replaceChildren(...fresh.childNodes);
    if (!page.querySelector("script[data-refresh]")) { location.reload(); return; }
  } catch { /* the server is starting again: look once more */ }
  setTimeout(look, seconds * 1000);
}
setTimeout(look, seconds * 1000);
