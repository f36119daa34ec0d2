// A page of the server in a window of its own. The window has to be opened by the click itself, before the
// server was asked whether it can be reached: afterwards browsers block it.
let opened = null;

export function authorize(part) {
  for (const form of all(part, "form[data-window]")) open(form);
  // A page that is loaded anew opened no window, so that none was blocked.
  if (part !== document.body) for (const place of all(part, "[data-authorize]")) lead(place);
  if (all(part, "[data-close-window]").length > 0) window.close();
}

function all(part, selector) {
  const found = [...part.querySelectorAll(selector)];
  if (part.matches && part.matches(selector)) found.push(part);
  return found;
}

function open(form) {
  form.addEventListener("submit", () => {
    opened = window.open("about:blank", form.dataset.window, "popup,width=900,height=760");
  });
  // Whatever else came back than the wish to go on, the window has nothing to show.
  form.addEventListener("htmx:afterRequest", () => {
    if (opened && !document.querySelector("[data-authorize]")) opened.close();
  });
}

function lead(place) {
  const again = place.querySelector("[data-open]");
  if (opened && !opened.closed) {
    opened.location.replace(place.dataset.authorize);
    again.hidden = false;
  } else {
    place.querySelector("[data-blocked]").hidden = false;
  }
  opened = null;
}
