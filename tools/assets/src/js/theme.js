// Runs before the first paint: the few rules of the style sheet that ask for an attribute, not for
// the colour scheme, get it. A choice made by the person is already in the page.
const root = document.documentElement;
if (!root.dataset.theme) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => { root.dataset.bsTheme = dark.matches ? "dark" : "light"; };
  follow();
  dark.addEventListener("change", follow);
}
