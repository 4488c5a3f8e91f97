// Before the first paint: the theme that was chosen here, else the system's.
(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try { return localStorage.getItem("theme"); } catch { return null; }
  };
  const show = () => {
    document.documentElement.dataset.bsTheme = chosen() || (dark.matches ? "dark" : "light");
  };
  dark.addEventListener("change", show);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#shell-theme")) return;
    const other = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
    try { localStorage.setItem("theme", other); } catch { /* not kept, shown all the same */ }
    document.documentElement.dataset.bsTheme = other;
  });
  show();
})();
