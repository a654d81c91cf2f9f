// Shows how far a job is without loading the whole page again. Without it the page loads itself.
const own = document.currentScript;
let seconds = Number(own.dataset.refresh) || 2;
const longest = 10;
const parts = ["job-state", "job"];
async function look() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    // signed out, or the job is gone: the page itself says so
    if (answer.status === 403 || answer.status === 404) { location.reload(); return; }
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!page.querySelector("script[data-refresh]")) { location.reload(); return; }
      let moved = false;
      for (const id of parts) {
        const old = document.getElementById(id);
        const fresh = page.getElementById(id);
        if (!fresh || old.innerHTML === fresh.innerHTML) continue;
        // a part that is the same is left alone: nothing is read out twice
        const focused = old.contains(document.activeElement);
        old.replaceChildren(...fresh.childNodes);
        if (focused) old.querySelector("a")?.focus();
        moved = true;
      }
      seconds = moved ? Number(own.dataset.refresh) || 2 : Math.min(seconds * 1.5, longest);
    }
  } catch { /* the server is starting again: look once more */ }
  setTimeout(look, seconds * 1000);
}
setTimeout(look, seconds * 1000);
