// Before the first paint: the theme that was chosen here, else the system's. Figures and tables follow it.
(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try { return localStorage.getItem("theme"); } catch { return null; }
  };
  const show = (theme) => {
    const page = document.documentElement.dataset;
    page.bsTheme = page.agThemeMode = theme;
    try { localStorage.setItem("shell-theme-shown", JSON.stringify(theme)); } catch { /* drawn once the page asks */ }
    window.dash_clientside?.set_props?.("shell-theme-shown", { data: theme });
  };
  const now = () => chosen() || (dark.matches ? "dark" : "light");
  dark.addEventListener("change", () => show(now()));
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#shell-theme")) return;
    const other = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
    try { localStorage.setItem("theme", other); } catch { /* not kept, shown all the same */ }
    show(other);
  });
  show(now());
})();
