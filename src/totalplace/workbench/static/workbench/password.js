// Buttons that show a password as it is typed; without this script they stay hidden.
for (const button of document.querySelectorAll("[data-shows]")) {
  const field = document.getElementById(button.dataset.shows);
  const show = (is_shown) => {
    field.type = is_shown ? "text" : "password";
    button.firstElementChild.textContent = is_shown ? button.dataset.hide : button.dataset.show;
  };
  button.hidden = false;
  button.addEventListener("click", () => show(field.type === "password"));
  field.form.addEventListener("submit", () => show(false));
}
