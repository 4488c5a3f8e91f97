// A session that is over, a request that failed, the way out.
(() => {
  const plain = window.fetch;
  window.fetch = async (...request) => {
    const answer = await plain(...request).catch((error) => {
      document.documentElement.classList.add("failed");
      throw error;
    });
    if (answer.status === 401) {
      const place = location.pathname + location.search;
      location.assign("/login?expired=1&next=" + encodeURIComponent(place));
      return new Promise(() => {}); // the page is being left: nobody is to read this answer
    } else if (answer.status >= 400) {
      document.documentElement.classList.add("failed");
    }
    return answer;
  };

  // Signing out is a form of ours: it proves where it comes from as every callback does.
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "shell-sign-out") return;
    const token = document.cookie.split("; ").find((each) => each.startsWith("_csrf_token="));
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "csrf_token";
    field.value = token ? decodeURIComponent(token.split("=")[1]) : "";
    event.target.append(field);
  });

  // A page that the browser kept aside is asked for anew: its session may be over.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
})();
