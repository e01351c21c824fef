"use strict";
for (const graph of document.querySelectorAll("svg.flame")) {
  const frames = [...graph.querySelectorAll(":scope > svg.f")].map((at) => ({
    at, x: parseFloat(at.getAttribute("x")), width: parseFloat(at.getAttribute("width")),
    row: Number(at.getAttribute("aria-level")), words: at.getAttribute("aria-label"),
    name: at.querySelector("title").textContent.split(": ")[0],
  }));
  const tools = graph.previousElementSibling, shown = graph.nextElementSibling;
  const search = tools.querySelector("input"), reset = tools.querySelector("button");
  const inside = (one, other) => one.x >= other.x - 1e-6 && one.x + one.width <= other.x + other.width + 1e-6;
  let zoomed = frames[0];
  const zoom = (to) => {
    zoomed = to;
    for (const each of frames) {
      const around = each.row < to.row && inside(to, each);
      const shows = around || (each.row >= to.row && inside(each, to));
      each.at.style.display = shows ? "" : "none";
      each.at.setAttribute("x", (around ? 0 : ((each.x - to.x) / to.width) * 100) + "%");
      each.at.setAttribute("width", (around ? 100 : (each.width / to.width) * 100) + "%");
      each.at.classList.toggle("faint", around);
    }
    reset.disabled = to === frames[0];
  };
  const go = (to) => {
    for (const each of frames) each.at.setAttribute("tabindex", each === to ? "0" : "-1");
    to.at.focus();
  };
  const near = (from, key) => {
    const seen = frames.filter((each) => each.at.style.display !== "none");
    const row = seen.filter((each) => each.row === from.row);
    switch (key) {
      case "ArrowDown": return seen.filter((e) => e.row === from.row + 1 && inside(e, from)).sort((a, b) => b.width - a.width)[0];
      case "ArrowUp": return seen.find((e) => e.row === from.row - 1 && inside(from, e));
      case "ArrowLeft": return row.filter((e) => e.x < from.x).pop();
      case "ArrowRight": return row.find((e) => e.x > from.x);
      case "Home": return frames[0];
    }
  };
  for (const frame of frames) {
    const { at } = frame;
    at.addEventListener("click", () => { zoom(frame); go(frame); });
    at.addEventListener("mouseenter", () => { shown.textContent = frame.words; });
    at.addEventListener("focus", () => { shown.textContent = frame.words; });
    at.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") zoom(frame);
      else if (event.key === "Escape") zoom(frames[0]);
      else {
        const to = near(frame, event.key);
        if (!to) return;
        go(to);
      }
      event.preventDefault();
    });
  }
  search.addEventListener("input", () => {
    const wanted = search.value.toLowerCase();
    const hits = frames.filter((each) => wanted && each.name.toLowerCase().includes(wanted));
    for (const each of frames) each.at.classList.toggle("hit", hits.includes(each));
    const outer = hits.filter((each) => !hits.some((o) => o !== each && o.row < each.row && inside(each, o)));
    const share = outer.reduce((sum, each) => sum + each.width, 0);
    shown.textContent = wanted ? `${hits.length} frames have “${search.value}” in their name: ${share.toFixed(1)}% of all` : "";
  });
  reset.addEventListener("click", () => zoom(frames[0]));
  reset.disabled = true;
}
