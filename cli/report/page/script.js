"use strict";
(() => {
  const root = document.documentElement, all = (selector, from = document) => [...from.querySelectorAll(selector)];
  root.classList.add("js");

  // ---- buttons that copy the text they name
  for (const button of all("button.copy")) {
    const label = button.textContent;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copies).textContent;
      try {
        await navigator.clipboard.writeText(text);
      } catch {  // pages from a file may not
        const area = Object.assign(document.createElement("textarea"), {value: text});
        document.body.append(area);
        area.select();
        document.execCommand("copy");
        area.remove();
        button.focus();
      }
      button.textContent = "copied";
      setTimeout(() => { button.textContent = label; }, 1500);
    });
  }

  // ---- charts: a hair line by mouse or arrows tells the exact values
  const curves = JSON.parse(document.getElementById("curve-values").textContent);
  const number = (value, percent) => percent ? (100 * value).toFixed(2) + " %" : value.toPrecision(5);
  for (const holder of all("[data-curves]")) {
    const curve = curves[holder.dataset.curves], out = holder.querySelector(".readout");
    if (!curve || !curve.x.length) continue;
    let at = curve.x.length - 1;
    const show = (svg) => {
      const [low, high] = svg.dataset.x.split(" ").map(Number);
      const left = Number(svg.dataset.left), right = Number(svg.dataset.right);
      const x = left + (curve.x[at] - low) / (high - low) * (right - left), hair = svg.querySelector(".hair");
      hair.setAttribute("x1", x);
      hair.setAttribute("x2", x);
      const step = curve.span > 1 ? `steps ${curve.x[at] - curve.span + 1}–${curve.x[at]} (mean)` : `step ${curve.x[at]}`;
      const epoch = curve.epochs.reduce((best, e) => e.step <= curve.x[at] ? e : best, null);
      out.textContent = `${step}: training ${number(curve.y[at], curve.percent)}, smoothed ` +
          `${number(curve.smooth[at], curve.percent)}` +
          (epoch ? `; after epoch ${epoch.epoch}, ${curve.held} ${number(epoch.y, curve.percent)}` : "");
    };
    for (const svg of all(".chart", holder)) {
      svg.setAttribute("tabindex", "0");
      svg.addEventListener("pointermove", (event) => {
        const [low, high] = svg.dataset.x.split(" ").map(Number), box = svg.getBoundingClientRect();
        const x = (event.clientX - box.left) / box.width * svg.viewBox.baseVal.width;
        const left = Number(svg.dataset.left), right = Number(svg.dataset.right);
        const value = low + (x - left) / (right - left) * (high - low);
        at = curve.x.reduce((best, v, i) => Math.abs(v - value) < Math.abs(curve.x[best] - value) ? i : best, 0);
        show(svg);
      });
      svg.addEventListener("keydown", (event) => {
        const far = Math.max(1, Math.round(curve.x.length / 20));
        const to = {ArrowLeft: at - 1, ArrowRight: at + 1, PageUp: at + far, PageDown: at - far, Home: 0,
                    End: curve.x.length - 1}[event.key];
        if (to === undefined) return;
        event.preventDefault();
        at = Math.min(Math.max(to, 0), curve.x.length - 1);
        show(svg);
      });
      svg.addEventListener("focus", () => show(svg));
    }
  }

  // ---- the matrix: a grid with one tab stop; arrows move, Enter opens a cell's pictures; sorted by class or confusion
  const matrix = document.querySelector("table.matrix");
  if (!matrix) return;
  matrix.setAttribute("role", "grid");
  const opened = document.querySelector(".opened"), body = matrix.tBodies[0];
  const rows = () => [...body.rows];
  const stops = (row) => all("td.cell", row).map((cell) => cell.querySelector("a") || cell);
  const grid = () => rows().map(stops);
  const rest = () => {
    for (const row of grid()) for (const stop of row) stop.setAttribute("tabindex", "-1");
    const first = grid()[0];
    if (first) first[0].setAttribute("tabindex", "0");
  };
  const open = (stop) => {
    const figure = document.getElementById((stop.getAttribute("href") || "#").slice(1));
    for (const cell of all("td.open", matrix)) cell.classList.remove("open");
    opened.replaceChildren();
    if (!figure) return;
    stop.closest("td").classList.add("open");
    const copy = figure.cloneNode(true);
    copy.removeAttribute("id");
    opened.append(copy);
  };
  rest();
  matrix.addEventListener("click", (event) => {
    const link = event.target.closest("td.cell a");
    if (!link) return;
    event.preventDefault();
    open(link);
  });
  matrix.addEventListener("keydown", (event) => {
    const lines = grid(), y = lines.findIndex((line) => line.includes(event.target));
    if (y < 0) return;
    const x = lines[y].indexOf(event.target);
    if (event.key === " ") {
      event.preventDefault();
      return open(event.target);
    }
    const to = {ArrowLeft: [y, x - 1], ArrowRight: [y, x + 1], ArrowUp: [y - 1, x], ArrowDown: [y + 1, x],
                Home: [event.ctrlKey ? 0 : y, 0], End: [event.ctrlKey ? lines.length - 1 : y, lines[y].length - 1]}[event.key];
    const next = to && lines[to[0]] && lines[to[0]][to[1]];
    if (!to) return;
    event.preventDefault();
    if (!next) return;
    event.target.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  });

  const move = (order) => {
    const place = (line, first) => {
      const cells = [...line.children], moved = order.map((i) => cells[first + i]);
      const after = cells[first + order.length] || null;
      for (const cell of moved) line.insertBefore(cell, after);
    };
    const by = (list) => order.map((i) => list[i]);
    for (const row of by(rows())) body.append(row);
    for (const row of rows()) place(row, 1);
    place(matrix.tHead.rows[0], 1);
    for (const row of matrix.tFoot.rows) place(row, 1);
    rest();
  };
  const number_of = (row) => Number(row.dataset.class);
  const sorted = (key) => {
    const list = rows();
    move(list.map((_, i) => i).sort((a, b) => key(list[a]) - key(list[b])));
  };
  for (const button of all("button[data-sort]"))
    button.addEventListener("click", () => {
      sorted(button.dataset.sort === "class" ? number_of : (row) => Number(row.dataset.recall));
      for (const other of all("button[data-sort]")) other.setAttribute("aria-pressed", String(other === button));
    });
})();
