// The figures' library is the smaller, local one, fetched when the first figure needs it.
Object.defineProperty(window, "_dashPlotlyJSURL", {
  get: () => "/assets/vendor/plotly-cartesian-4.1.1.min.js",
  set() {},
});
