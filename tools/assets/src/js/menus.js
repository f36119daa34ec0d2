// A small window made of <details> closes by Escape, by a click elsewhere, and when another opens.
const kinds = "details.menu, details.pick";

export function menus() {
  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll(kinds)) {
      if (open.open && !open.contains(event.target)) open.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const open of document.querySelectorAll(kinds)) {
      if (!open.open) continue;
      open.open = false;
      open.querySelector("summary").focus();
    }
  });
}
