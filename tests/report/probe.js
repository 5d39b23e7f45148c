// Questions about a page, asked from outside: defines `probe`, whose functions return plain values.
window.probe = (() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const text = (element) => element.textContent.replace(/\s+/g, " ").trim();
  const is_shown = (element) => element.checkVisibility({checkOpacity: true, checkVisibilityCSS: true});

  // ---- colours
  const parsed = (color) => {
    const numbers = color.match(/[\d.]+/g).map(Number);
    return {rgb: numbers.slice(0, 3), alpha: numbers.length > 3 ? numbers[3] : 1};
  };
  const over = (top, alpha, under) => top.map((v, i) => alpha * v + (1 - alpha) * under[i]);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  /// What lies behind an element's text, and how solid the element is.
  const behind = (element) => {
    const chain = [];
    let opacity = 1;
    for (let e = element; e; e = e.parentElement) chain.push(e);
    let color = [255, 255, 255];
    for (const e of chain.reverse()) {
      const style = getComputedStyle(e), own = parsed(style.backgroundColor);
      opacity *= Number(style.opacity);
      color = over(own.rgb, own.alpha, color);
    }
    return {color, opacity};
  };
  const low_contrast = () => {
    const found = [];
    for (const element of all("body *")) {
      const words = [...element.childNodes].filter((n) => n.nodeType === 3 && n.data.trim()).map((n) => n.data.trim());
      if (!words.length || ["SCRIPT", "STYLE", "TITLE", "title"].includes(element.tagName) || !is_shown(element)) continue;
      if (element.closest(".skip")) continue;  // shown when it has the focus alone
      const style = getComputedStyle(element), {color, opacity} = behind(element);
      const own = parsed(element instanceof SVGElement ? style.fill : style.color);
      const ratio = contrast(over(own.rgb, own.alpha * opacity, color), color);
      const size = parseFloat(style.fontSize), bold = Number(style.fontWeight) >= 700;
      const wanted = size >= 24 || (bold && size >= 18.66) ? 3 : 4.5;
      if (ratio < wanted) found.push(`${ratio.toFixed(2)} < ${wanted}: ${element.tagName}.${element.className} "${words[0].slice(0, 40)}"`);
    }
    return found;
  };
  /// Strokes of curves against what they lie on.
  const faint_lines = () => all(".line:not(.thin), .point").filter(is_shown).map((line) => {
    const ratio = contrast(parsed(getComputedStyle(line).stroke).rgb, behind(line.closest("svg").parentElement).color);
    return ratio < 3 ? `${ratio.toFixed(2)} < 3: ${line.getAttribute("class")}` : "";
  }).filter(Boolean);
  const line_colors = () => ["train", "test"].map((kind) => parsed(getComputedStyle(document.querySelector(`.line.${kind}`)).stroke).rgb);

  // ---- pictures
  const bad_pictures = async () => {
    const found = [];
    for (const image of all("svg image")) {
      const copy = new Image();
      copy.src = image.href.baseVal;
      try {
        await copy.decode();
        if (copy.naturalWidth !== image.width.baseVal.value || copy.naturalHeight !== image.height.baseVal.value)
          found.push(`${image.id}: ${copy.naturalWidth}×${copy.naturalHeight}`);
      } catch (error) {
        found.push(`${image.id}: ${error}`);
      }
    }
    for (const use of all(".tile use")) {
      const sheet = document.querySelector(use.href.baseVal), [x, y, w, h] = use.closest("svg").getAttribute("viewBox").split(" ").map(Number);
      if (!sheet || x + w > sheet.width.baseVal.value || y + h > sheet.height.baseVal.value) found.push(`a tile outside ${use.href.baseVal}`);
      if (!use.closest("svg").getAttribute("aria-label")) found.push(`a tile of ${use.href.baseVal} without words`);
    }
    return found;
  };

  // ---- size: what reaches out of the page sideways
  const sideways = () => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [`${document.documentElement.scrollWidth} > ${width}`, ...all("body *").filter((e) => {
      const box = e.getBoundingClientRect();
      return box.right > width + 1 && !e.closest("svg, .wide, nav ul, pre, code, .skip");
    }).slice(0, 5).map((e) => `${e.tagName}.${e.getAttribute("class")}`)];
  };
  const open_details = (open) => { for (const d of all("details")) d.open = open; };

  // ---- the focus
  const focused = () => {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const style = getComputedStyle(e), box = e.getBoundingClientRect();
    const order = all("*").indexOf(e);
    return {
      name: `${e.tagName} ${e.id || e.getAttribute("aria-label") || text(e).slice(0, 30)}`, order,
      outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2, shown: is_shown(e),
      on_screen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
      in_matrix: Boolean(e.closest("table.matrix")),
    };
  };
  /// Everything that the keyboard should reach, what can be scrolled too: the matrix counts once, so does a group of radio
  /// buttons.
  const stops = () => {
    const groups = new Set();
    const scrolls = (e) => e.scrollWidth > e.clientWidth && ["auto", "scroll"].includes(getComputedStyle(e).overflowX) &&
        !e.querySelector("a[href], button");
    return all("body *").filter((e) => e.matches("a[href], button, input, summary, [tabindex='0']") || scrolls(e)).filter((e) => {
      if (!is_shown(e) || (e.closest("details:not([open])") && e.tagName !== "SUMMARY")) return false;
      const group = e.closest("table.matrix") ? "matrix" : e.type === "radio" ? e.name : null;
      if (group && groups.has(group)) return false;
      groups.add(group);
      return true;
    }).length;
  };

  // ---- tables
  /// Cells of the table in the region of this name; of the matrix, the counts alone.
  const table = (name) => {
    const region = all("[role=region]").find((r) => r.getAttribute("aria-label") === name);
    return region ? all("tr", region).map((row) => [...row.children].map((cell) => {
      const count = cell.querySelector(".count");
      return text(count || cell);
    })) : [];
  };
  /// Under each of a group's pictures: its number and its loss.
  const figures = (title) => {
    const head = all("h3").find((h) => text(h) === title);
    let grid = head;
    while (grid && !(grid.classList && grid.classList.contains("pictures"))) grid = grid.nextElementSibling;
    return grid ? all("figcaption", grid).map((c) => /no\. (\d+), loss ([\d.]+)/.exec(text(c)).slice(1)) : [];
  };
  const headings = () => all("h1, h2, h3").map((h) => Number(h.tagName[1]));
  return {low_contrast, faint_lines, line_colors, bad_pictures, sideways, open_details, focused, stops, table, figures, headings, text};
})();
