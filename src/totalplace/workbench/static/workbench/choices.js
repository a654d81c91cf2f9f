// Fields that shorten a long list of choices; without this script the list is scrolled.
for (const part of document.querySelectorAll("[data-filters]")) {
  const list = document.getElementById(part.dataset.filters);
  part.hidden = false;
  part.querySelector("input").addEventListener("input", (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    for (const item of list.children) {
      const is_kept = item.querySelector("input").checked || item.textContent.toLowerCase().includes(wanted);
      item.hidden = !is_kept;
    }
  });
  part.querySelector("input").addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}
