// Zoom and pan of the picture by wheel, pinch, double click, keys and buttons; and the
// before-and-after comparison. All units are screen pixels of the figure.
see.lens = (view, { isWhole, isMarked }) => {
  const { say } = see;
  const $ = (selector) => view.querySelector(selector);
  const [MOST, STEP, NEAR] = [8, 1.5, 2.5]; // times; by a key or button; by a double click
  const [split, sides] = [$(".split"), $(".sides")];
  const button = () => view.parentElement.querySelector("[data-do=before]");
  let [scale, x, y] = [1, 0, 0];
  let figure = null; // of the one finished picture, null where there is none
  let earlier = null; // the address of what it was before a change
  const touches = new Map(); // pointers that are down, by their number

  function apply() {
    const box = figure ?? $("figure");
    if (!box) return;
    const { clientWidth: wide, clientHeight: tall } = box;
    x = Math.min(0, Math.max(wide * (1 - scale), x));
    y = Math.min(0, Math.max(tall * (1 - scale), y));
    box.style.setProperty("--near", scale === 1 ? "none" : `translate(${x}px, ${y}px) scale(${scale})`);
    box.classList.toggle("near", scale > 1);
    // The dividing line stays under its handle at any zoom.
    const edge = ((split.value / 100) * wide - x) / (scale * wide || 1);
    box.style.setProperty("--split", `${(100 * (1 - Math.min(1, Math.max(0, edge)))).toFixed(2)}%`);
    view.style.setProperty("--at", `${split.value}%`);
    $("output").textContent = `${Math.round(100 * scale)}%`;
    view.classList.toggle("nearer", scale > 1);
  }

  // Zoom by a factor, with the point (left, top) of the figure fixed.
  function zoom(times, left = figure?.clientWidth / 2, top = figure?.clientHeight / 2) {
    if (!isWhole() || !figure) return;
    const next = Math.min(MOST, Math.max(1, scale * times));
    x = left - ((left - x) * next) / scale;
    y = top - ((top - y) * next) / scale;
    scale = next;
    apply();
  }
  function reset() {
    [scale, x, y] = [1, 0, 0];
    apply();
  }
  const within = ({ clientX, clientY }) => {
    const box = figure.getBoundingClientRect();
    return [clientX - box.left, clientY - box.top];
  };

  // The wheel scrolls the page if possible, unless the picture is zoomed in.
  view.addEventListener(
    "wheel",
    (event) => {
      if (!figure || !isWhole()) return;
      const wanted = event.ctrlKey || event.metaKey || scale > 1 || (event.deltaY < 0 && scrollY === 0);
      if (!wanted) return;
      event.preventDefault();
      const lines = event.deltaMode === 1 ? 20 : 1;
      zoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.002)), ...within(event));
    },
    { passive: false },
  );
  view.addEventListener("dblclick", (event) => {
    if (!figure || isMarked() || event.target.closest(".lens")) return;
    if (scale > 1) reset();
    else zoom(NEAR, ...within(event));
  });
  view.addEventListener("pointerdown", (event) => {
    if (!figure || event.button || event.target.closest(".lens, .split")) return;
    touches.set(event.pointerId, event);
    if (!isMarked() && scale > 1) event.target.setPointerCapture?.(event.pointerId);
  });
  view.addEventListener("pointermove", (event) => {
    const before = touches.get(event.pointerId);
    if (!before || !figure) return;
    const other = [...touches.values()].find(({ pointerId }) => pointerId !== event.pointerId);
    touches.set(event.pointerId, event);
    if (other) {
      const apart = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
      const middle = { clientX: (event.clientX + other.clientX) / 2, clientY: (event.clientY + other.clientY) / 2 };
      zoom(apart(event) / apart(before), ...within(middle));
    } else if (scale > 1 && !isMarked()) {
      x += event.clientX - before.clientX;
      y += event.clientY - before.clientY;
      apply();
    }
  });
  for (const name of ["pointerup", "pointercancel"]) {
    view.addEventListener(name, ({ pointerId }) => touches.delete(pointerId));
  }
  view.addEventListener("keydown", (event) => {
    if (event.target !== figure || event.ctrlKey || event.metaKey || event.altKey) return;
    const pan = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (["+", "="].includes(event.key)) zoom(STEP);
    else if (event.key === "-") zoom(1 / STEP);
    else if (event.key === "0") reset();
    else if (pan && scale > 1) {
      x += (pan[0] * figure.clientWidth) / 8;
      y += (pan[1] * figure.clientHeight) / 8;
      apply();
    } else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || isMarked() || document.querySelector("dialog[open], .talking")) return;
    if (scale > 1) reset();
    else if (!split.hidden) compare(false);
  });
  view.addEventListener("click", ({ target }) => {
    const pressed = target.closest("[data-zoom]")?.dataset.zoom;
    if (pressed === "all") reset();
    else if (pressed) zoom(pressed === "in" ? STEP : 1 / STEP);
  });

  function compare(on = split.hidden) {
    const shown = Boolean(on && figure && earlier);
    view.querySelectorAll(".before").forEach((each) => each.remove());
    split.hidden = sides.hidden = !shown;
    button().setAttribute("aria-pressed", String(shown));
    if (!shown) return;
    const image = Object.assign(new Image(), { className: "before", alt: "", src: earlier });
    figure.querySelector("canvas").before(image);
    split.value = 50;
    apply();
    split.focus({ preventScroll: true });
  }
  split.addEventListener("input", apply);
  new ResizeObserver(apply).observe(view);

  // `one`: the figure of the finished picture; `before`: URL of the previous picture.
  function offer(one, before) {
    for (const each of view.querySelectorAll("figure")) {
      ["tabindex", "role", "aria-label"].forEach((name) => each.removeAttribute(name));
    }
    [figure, earlier] = [one, before];
    if (one) {
      if (!isMarked()) {
        one.tabIndex = 0;
        one.setAttribute("role", "group");
        one.setAttribute("aria-label", say("zoom.keys"));
      }
    }
    compare(false);
  }
  return { reset, compare, offer };
};
