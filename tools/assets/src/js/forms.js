// Small comforts of forms: a filter that goes by itself, "select all", lists narrowed by typing, copying.
export function forms(part) {
  for (const form of part.querySelectorAll("form[data-auto]")) auto(form);
  for (const box of part.querySelectorAll("input[data-all]")) selectAll(box);
  for (const place of part.querySelectorAll("[data-count]")) counted(place);
  for (const input of part.querySelectorAll("input[data-narrow]")) narrow(input);
  for (const button of part.querySelectorAll("button[data-copy]")) copy(button, () => button.dataset.copy);
  for (const button of part.querySelectorAll("button[data-copy-from]")) copyFrom(button);
  for (const input of part.querySelectorAll("input[data-fragment]")) fromAddress(input);
}

// A code after the # of an address is never sent to a server by itself; it goes into the field, and out of the address.
function fromAddress(input) {
  if (location.hash.length < 2) return;
  input.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}

function auto(form) {
  const period = form.elements.period;
  const custom = form.querySelector("[data-custom]");
  if (period && custom) custom.hidden = period.value !== "";
  form.addEventListener("change", (event) => {
    const target = event.target;
    if (target.matches("[data-wait]") || target.closest(".pick")) return;
    if (target === period && custom) {
      custom.hidden = period.value !== "";
      if (!custom.hidden) return;
      for (const day of custom.querySelectorAll("input")) day.value = "";
    }
    form.requestSubmit();
  });
  // What is empty says nothing in an address.
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) {
      if (value === "") event.formData.delete(name);
    }
  });
  for (const pick of form.querySelectorAll("details.pick")) {
    let before = state(pick);
    pick.addEventListener("toggle", () => {
      if (pick.open) before = state(pick);
      else if (state(pick) !== before) form.requestSubmit();
    });
  }
}

function state(pick) {
  return [...pick.querySelectorAll("input[type=checkbox]:checked")].map((box) => box.value).sort().join(" ");
}

function selectAll(box) {
  const table = box.closest("table") || document;
  const boxes = () => [...table.querySelectorAll(`input[name="${box.dataset.all}"]`)].filter((b) => !b.disabled);
  const show = () => {
    const all = boxes();
    const on = all.filter((b) => b.checked).length;
    box.checked = on > 0 && on === all.length;
    box.indeterminate = on > 0 && on < all.length;
  };
  box.addEventListener("change", () => {
    for (const other of boxes()) other.checked = box.checked;
    show();
  });
  table.addEventListener("change", (event) => {
    if (event.target.name === box.dataset.all) show();
  });
  show();
}

// Says how much is selected: single rows, or whole sets whose size is told. All of them outdoes the others.
function counted(place) {
  const form = place.closest("form");
  const on = (name) => [...form.querySelectorAll(`input[type=checkbox][name="${name}"]:checked`)];
  const many = (boxes) => boxes.reduce((sum, box) => sum + Number(box.dataset.repos), 0);
  const show = () => {
    const across = on("across");
    const total = across.length > 0 ? many(across) : many(on("org")) + on("repo").filter((box) => !on("org").some((org) => org.parentElement.contains(box))).length;
    place.textContent = total === 0 ? "None selected" : `${total.toLocaleString("en-GB")} selected`;
  };
  form.addEventListener("change", show);
  show();
}

function narrow(input) {
  const list = document.getElementById(input.dataset.narrow);
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    for (const label of list.querySelectorAll("label")) {
      label.hidden = wanted !== "" && !label.textContent.toLowerCase().includes(wanted);
    }
  });
}

function copy(button, text) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text());
    tell(button, "Copied");
  });
}

// The clipboard is not to be had over plain HTTP or without permission: then the old command does, and in
// the worst case the text is selected for the keyboard.
function copyFrom(button) {
  const field = document.getElementById(button.dataset.copyFrom);
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.select();
      if (!document.execCommand("copy")) {
        tell(button, "Press Ctrl+C");
        return;
      }
    }
    tell(button, "Copied");
  });
}

function tell(button, text) {
  const said = button.dataset.said || button.textContent;
  button.dataset.said = said;
  button.textContent = text;
  setTimeout(() => { button.textContent = said; }, 1500);
}
