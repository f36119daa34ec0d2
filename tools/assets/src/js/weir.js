// Everything on the pages works without this file, except for what has to move by itself.
import htmx from "htmx.org";
import { times } from "./times.js";
import { forms } from "./forms.js";
import { menus } from "./menus.js";
import { authorize } from "./authorize.js";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;

htmx.onLoad((part) => {
  times(part);
  forms(part);
  authorize(part);
});
menus();

// A polled part that fails keeps what it shows; a person's own action says that it failed.
document.addEventListener("htmx:responseError", (event) => failed(event));
document.addEventListener("htmx:sendError", (event) => failed(event));

function failed(event) {
  const place = document.getElementById(event.detail.elt.dataset.failure || "");
  if (place) place.hidden = false;
}
