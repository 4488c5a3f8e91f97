// Case review: the switch to code reloads the page, arrow keys turn the slides, F fills the screen.
(() => {
  const watched = new MutationObserver((changes) => {
    if (changes.some((each) => each.target.closest?.("#shell-switched, #shell-switch")
      && document.getElementById("shell-switched")?.textContent)) location.assign("/review");
  });
  const watch = () => {
    const place = document.getElementById("shell-switch");
    if (place) watched.observe(place, { childList: true, subtree: true, characterData: true });
    else setTimeout(watch, 200);
  };
  watch();

  const keys = { ArrowRight: "present-next", PageDown: "present-next", " ": "present-next",
    ArrowLeft: "present-previous", PageUp: "present-previous", Escape: "present-leave" };
  document.addEventListener("keydown", (event) => {
    if (!document.getElementById("present")) return;
    if (event.target.closest("input, textarea, select, [role=dialog], .ag-root")) return;
    if (event.key === "f" || event.key === "F") {
      if (document.fullscreenElement) document.exitFullscreen();
      else document.documentElement.requestFullscreen().catch(() => {});
      return;
    }
    if (event.key === "Escape" && document.fullscreenElement) return;
    const link = keys[event.key] && document.getElementById(keys[event.key]);
    if (!link || link.getAttribute("href") === "") return;
    event.preventDefault();
    link.click();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#present-full")) document.documentElement.requestFullscreen().catch(() => {});
  });
})();
