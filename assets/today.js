// Today: a line opens with a click or Enter, Space ticks it, Esc on a person's page comes back to the same line.
(() => {
  const KEPT = "today-line";
  const keep = (subject) => { try { sessionStorage.setItem(KEPT, subject); } catch { /* then it begins at the top */ } };
  const kept = () => { try { return sessionStorage.getItem(KEPT); } catch { return null; } };

  const go = (href) => {
    history.pushState({}, "", href);
    dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    scrollTo(0, 0);
  };
  const open = (data) => { keep(data.subject); go(data.href); };

  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  functions.todayKey = (params) => {
    const key = params.event.key;
    if (key === "Enter") open(params.data);
    if (key === " ") {
      params.event.preventDefault();
      params.event.target.closest(".ag-root").querySelector(`[row-id="${params.data.subject}"] .tick`)?.click();
    }
  };
  functions.cellKey = (params) => {
    if (params.event.key === "Enter") params.event.target.click();
  };
  functions.todayBack = (params) => {
    const node = kept() && params.api.getRowNode(kept());
    if (!node) return;
    params.api.ensureNodeVisible(node, "middle");
    params.api.setFocusedCell(node.rowIndex, "person");
  };

  const components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  components.TodayPerson = (props) => React.createElement("a", {
    href: props.data.href,
    tabIndex: -1,
    onClick: (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(props.data);
    },
  }, props.value);
  components.TodayTick = (props) => React.createElement("button", {
    type: "button",
    tabIndex: -1,
    className: "tick",
    onClick: () => window.dash_clientside.set_props("today-ticked", { data: {
      patient: props.data.token, subject: props.data.subject, digest: props.data.digest, at: Date.now(),
    } }),
  }, props.value);

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.target.closest("input, textarea, select, [role=dialog]")) return;
    const steps = document.getElementById("patient-steps");
    if (!steps) return;
    if (steps.hidden) history.back(); // pressed before the page knows the list it came from
    else document.getElementById("patient-list").click();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#today-print, #patient-print")) window.print();
  });
})();
