// Keys for a queue, while one of its items is marked. Without this file the buttons do the same.
const form = document.getElementById("queue");
const told = document.getElementById("queue-told");
const items = form ? [...form.querySelectorAll(".tp-item")] : [];

// A group with one Tab stop: the item that was marked last.
function mark(item) {
  for (const one of items) one.tabIndex = one === item ? 0 : -1;
  item.focus();
  item.scrollIntoView({ block: "nearest" });
}

async function send(item, fields) {
  const body = new URLSearchParams(fields);
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } })
    .catch(() => null);
  if (!answer || !answer.ok) {
    told.textContent = form.dataset.failed;
    return;
  }
  const found = await answer.json();
  told.textContent = found.told;
  document.getElementById("chosen-count").textContent = found.count;
  if ("alike" in fields) location.reload();
}

function choose(item, radio) {
  if (!radio) return;
  radio.checked = true;
  item.classList.toggle("tp-item--chosen", radio.value !== "");
  send(item, { [radio.name]: radio.value });
}

function press(event) {
  const item = event.target.closest(".tp-item");
  if (!item || event.ctrlKey || event.altKey || event.metaKey) return;
  const at = items.indexOf(item);
  const own = event.target === item;
  const radios = [...item.querySelectorAll("input[type=radio]")];
  const move = { j: 1, k: -1, ...(own ? { ArrowDown: 1, ArrowUp: -1 } : {}) }[event.key];
  if (move) mark(items[Math.min(items.length - 1, Math.max(0, at + move))]);
  else if (/^[1-9]$/.test(event.key)) choose(item, radios.filter((one) => one.value)[event.key - 1]);
  else if (event.key === "u") choose(item, radios.find((one) => !one.value));
  else if (event.key === "b" && item.querySelector(".tp-alike")) send(item, { alike: item.dataset.key });
  else if (event.key === "s") document.getElementById("effect").requestSubmit();
  else if (event.key === "Enter" && own) location.assign(item.dataset.href);
  else return;
  event.preventDefault();
}

if (form) {
  items.forEach((one, n) => { one.tabIndex = n ? -1 : 0; });
  form.addEventListener("keydown", press);
  form.addEventListener("change", (event) => {
    const item = event.target.closest(".tp-item");
    if (item) choose(item, event.target);
  });
}
