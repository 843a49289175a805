// The stage: pictures as they form, cell by cell, and the marks of what should change.
// A picture is a grid of cells, one per token. Cells without token are covered by soft tiles.
see.stage = (element) => {
  const { say, held, translate, calm } = see;
  const $ = (selector) => element.querySelector(selector);
  const frames = $(".frames");
  const FADE = 220; // milliseconds for a tile to come or go
  const DRIFT = 5; // how finely neighbouring tiles differ
  let grid = [16, 16];
  let shown = []; // {figure, image, canvas, cover, wanted} a picture
  let marks = null; // Uint8Array, one a cell, while something may be marked
  let markedOn = null; // the value of the stage that the marks belong to
  let cursor = 0;
  let ticking = false;
  let value = {}; // what is shown (see app/web/payload.py)
  let turn = 0; // counts what was to be shown
  let oldest = 0; // the turn before which nothing is shown any more
  let standing = null; // the address of the finished picture that the present request changes

  translate(element);
  const lens = see.lens($(".view"), { isWhole: () => editable(), isMarked: () => Boolean(marks) });
  $(".samples").hidden = true; // until it is known what draws

  const cells = () => grid[0] * grid[1];
  const editable = () => value.kind === "final" && shown.length === 1;

  function frame() {
    const figure = document.createElement("figure");
    figure.innerHTML = `<img alt=""><canvas></canvas><figcaption></figcaption>`;
    const [image, canvas, caption] = figure.children;
    const one = { figure, image, canvas, caption, cover: null, wanted: null, turn: 0 };
    image.hidden = true;
    return one;
  }

  // Whether the picture has the shape that is chosen for new ones: then it cannot be extended.
  function fit() {
    const chosen = document.querySelector("#shape input:checked")?.value;
    document.documentElement.classList.toggle("fits", chosen === grid.join("x"));
  }
  document.addEventListener("change", fit);

  function layOut(count, shape) {
    if (String(shape) !== String(grid)) {
      grid = shape;
      clearMarks();
    }
    if (shown.length !== count) {
      shown = Array.from({ length: count }, frame);
      frames.replaceChildren(...shown.map((one) => one.figure));
    }
    frames.dataset.count = count;
    element.style.setProperty("--aspect", grid[1] / grid[0]);
    fit();
    for (const one of shown) {
      if (one.cover?.length !== cells()) {
        one.cover = new Float32Array(cells()).fill(1);
        one.wanted = new Uint8Array(cells()).fill(1);
      }
    }
  }

  // Cover the cells with "0" in `written`; null uncovers everything.
  const cover = (one, written) => {
    for (let cell = 0; cell < cells(); cell++) one.wanted[cell] = written?.[cell] === "0" ? 1 : 0;
    if (calm.matches) one.cover.set(one.wanted);
    tick();
  };

  // Picture and text are updated together once decoded, unless something newer is shown:
  // if pictures arrive faster than they are decoded, previews lag but still appear.
  async function show(one, { src, alt, label, written }, kind) {
    const mine = turn;
    if (src) {
      const next = new Image();
      next.src = src;
      await next.decode().catch(() => {});
      if (mine < oldest || mine < one.turn) return;
      one.turn = mine;
      Object.assign(one.image, { src, alt: alt ?? "", hidden: false });
    }
    one.caption.textContent = label ?? "";
    one.figure.classList.toggle("rough", kind !== "final");
    cover(one, written);
  }

  // The kind of generator, known once models are loaded: with scenes there are samples and the book.
  see.know = (scenes) => {
    if (scenes) see.hasBook?.();
    document.documentElement.classList.toggle("scenes", scenes);
    for (const name of [".samples", "[data-say='picture.empty']"]) $(name).hidden = !scenes;
    $("[data-say='picture.ask']").hidden = scenes;
  };

  see.show = async (next) => {
    if (next.kind === "rest") {
      if (!element.dataset.kind) layOut(1, next.grid);
      see.know(next.scenes);
      see.resume?.();
      return tick();
    }
    const mine = (turn += 1);
    if (next.kind === "begin" && value.kind !== "begin") {
      const changes = next.edit || ["tell", "vary"].includes(see.asked);
      standing = changes && value.kind === "final" && shown.length === 1 ? value.frames[0].src : null;
    }
    if (next.kind === "final" && next.before === undefined) next.before = changed(next);
    value = next;
    const { kind, frames: each = [{}], edit } = value;
    if (!edit || each.length > 1) lens.reset();
    if (!["live", "preview", "stopped"].includes(kind)) oldest = mine;
    element.dataset.kind = kind;
    layOut(each.length, value.grid ?? grid);
    if (kind === "empty") forget();
    if (kind === "final" || kind === "empty" || (kind === "begin" && !edit)) see.graph?.(each.length === 1 ? next.graph ?? null : null);
    if (kind !== "live") subtitle("");
    const nothing = { written: "0".repeat(cells()) };
    await Promise.all(each.map((one, index) => show(shown[index], { ...nothing, ...one }, kind)));
    if (mine !== turn) return;
    if (value !== markedOn && !(edit && see.unfinished())) clearMarks();
    offer();
    if (kind !== "final") return;
    if (!value.kept) value.entries.forEach((entry) => see.keep?.(entry));
    value.kept = true;
    if (value.foreign && !marks) startMarking();
  };
  // The picture before a change, for comparison; null for a new picture.
  function changed(next) {
    const whole = next.frames.length === 1 && String(next.grid) === String(grid);
    return whole && see.asked !== "restore" ? standing : null;
  }
  // "new", "edit" or "live" while the picture is provisional.
  see.unfinished = () => {
    if (value.kind === "live") return "live";
    return ["begin", "preview"].includes(value.kind) && (value.edit ? "edit" : "new");
  };

  function forget() {
    for (const { image } of shown) {
      image.hidden = true;
      image.removeAttribute("src");
      image.alt = "";
    }
  }

  // Tiles and marks, at device resolution.
  function tick() {
    if (ticking) return;
    ticking = true;
    let before = performance.now();
    const step = (now) => {
      const change = Math.min(1, (now - before) / FADE);
      before = now;
      let moving = false;
      for (const one of shown) {
        for (let cell = 0; cell < cells(); cell++) {
          const left = one.wanted[cell] - one.cover[cell];
          if (!left) continue;
          one.cover[cell] += Math.sign(left) * Math.min(change, Math.abs(left));
          moving = true;
        }
        paint(one);
      }
      ticking = moving;
      if (moving) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  function paint(one) {
    const { canvas } = one;
    const ratio = Math.min(2, devicePixelRatio || 1);
    const [width, height] = [canvas.clientWidth * ratio, canvas.clientHeight * ratio].map(Math.round);
    if (!width || !height) return;
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    const brush = canvas.getContext("2d");
    const style = getComputedStyle(element);
    const [ground, tile, accent] = ["--ground", "--tile", "--accent"].map((name) =>
      style.getPropertyValue(name),
    );
    brush.clearRect(0, 0, width, height);
    const [h, w] = [height / grid[0], width / grid[1]];
    const gap = 0.07 * Math.min(h, w);
    const editing = marks && editable();
    for (let cell = 0; cell < cells(); cell++) {
      const [y, x] = [Math.floor(cell / grid[1]) * h, (cell % grid[1]) * w];
      if (one.cover[cell] > 0) {
        brush.globalAlpha = one.cover[cell];
        brush.fillStyle = ground;
        brush.fillRect(Math.floor(x), Math.floor(y), Math.ceil(w) + 1, Math.ceil(h) + 1);
        brush.globalAlpha = one.cover[cell] * (0.35 + 0.13 * (((cell * 2654435761) >>> 7) % DRIFT));
        brush.fillStyle = tile;
        brush.beginPath();
        brush.roundRect(x + gap, y + gap, w - 2 * gap, h - 2 * gap, 0.24 * Math.min(h, w));
        brush.fill();
      }
      if (editing && marks[cell]) {
        brush.globalAlpha = 0.72;
        brush.fillStyle = ground;
        brush.fillRect(Math.floor(x), Math.floor(y), Math.ceil(w) + 1, Math.ceil(h) + 1);
        brush.globalAlpha = 1;
        brush.strokeStyle = accent;
        brush.lineWidth = 1.5 * ratio;
        brush.beginPath();
        brush.roundRect(x + 2 * gap, y + 2 * gap, w - 4 * gap, h - 4 * gap, 0.2 * Math.min(h, w));
        brush.stroke();
      }
      if (editing && cell === cursor && canvas.matches(":focus-visible")) {
        brush.globalAlpha = 1;
        brush.strokeStyle = accent;
        brush.lineWidth = 3 * ratio;
        brush.strokeRect(x + ratio, y + ratio, w - 2 * ratio, h - 2 * ratio);
      }
    }
    brush.globalAlpha = 1;
  }
  new ResizeObserver(() => shown.forEach(paint)).observe(frames);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTimeout(tick, 100));

  // Marks.
  function marked() {
    const any = marks?.some(Boolean) ?? false;
    held.marks = any ? marks.join("") : "";
    document.documentElement.classList.toggle("part-marked", any);
    see.lead?.();
    shown.forEach(paint);
  }

  function clearMarks() {
    marks = markedOn = null;
    $("[data-do=mark]").setAttribute("aria-pressed", "false");
    $(".places").hidden = true;
    for (const { canvas } of shown) {
      ["tabindex", "role", "aria-label"].forEach((name) => canvas.removeAttribute(name));
    }
    element.classList.remove("marking");
    marked();
  }

  function startMarking() {
    lens.compare(false);
    marks = new Uint8Array(cells());
    markedOn = value;
    $("[data-do=mark]").setAttribute("aria-pressed", "true");
    $(".places").hidden = false;
    const { canvas } = shown[0];
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", say("mark.keys"));
    element.classList.add("marking");
    marked();
  }

  function put(cell, on, spread = 0) {
    const [row, column] = [Math.floor(cell / grid[1]), cell % grid[1]];
    for (let y = Math.max(0, row - spread); y <= Math.min(grid[0] - 1, row + spread); y++) {
      for (let x = Math.max(0, column - spread); x <= Math.min(grid[1] - 1, column + spread); x++) {
        marks[y * grid[1] + x] = on ? 1 : 0;
      }
    }
    marked();
  }

  const inside = {
    left: (y, x) => x < 0.5,
    right: (y, x) => x >= 0.5,
    top: (y) => y < 0.5,
    bottom: (y) => y >= 0.5,
    middle: (y, x) => Math.abs(y - 0.5) <= 0.25 && Math.abs(x - 0.5) <= 0.25,
    none: () => false,
  };
  function place(name) {
    for (let cell = 0; cell < cells(); cell++) {
      if (name === "invert") {
        marks[cell] = 1 - marks[cell];
        continue;
      }
      const [y, x] = [Math.floor(cell / grid[1]) / grid[0], (cell % grid[1]) / grid[1]];
      marks[cell] = inside[name](y + 0.5 / grid[0], x + 0.5 / grid[1]) ? 1 : 0;
    }
    marked();
  }

  let painting = null; // true marks, false clears
  const under = (event, canvas) => {
    const box = canvas.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * grid[0]);
    const column = Math.floor(((event.clientX - box.left) / box.width) * grid[1]);
    const outside = row < 0 || column < 0 || row >= grid[0] || column >= grid[1];
    return outside ? -1 : row * grid[1] + column;
  };
  const chosen = () => Number($("[data-brush][aria-pressed=true]").dataset.brush);
  const erases = () => $(".eraser").getAttribute("aria-pressed") === "true";
  const BRUSH = () => Math.round((chosen() * Math.min(...grid)) / 16); // cells beside the one touched
  $(".brushes").addEventListener("click", ({ target }) => {
    const press = (button, on) => button.setAttribute("aria-pressed", String(on));
    if (target.matches(".eraser")) return press(target, !erases());
    if (!target.matches("[data-brush]")) return;
    for (const each of element.querySelectorAll("[data-brush]")) press(each, each === target);
  });
  // Escape ends marking, unless it stops a recording.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !marks || document.querySelector("dialog[open], .talking")) return;
    clearMarks();
    $("[data-do=mark]").focus();
  });
  frames.addEventListener("pointerdown", (event) => {
    const canvas = event.target.closest("canvas");
    if (!marks || !canvas || !editable()) return;
    const cell = under(event, canvas);
    if (cell < 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    painting = !erases() && !marks[cell];
    put(cell, painting, BRUSH());
  });
  frames.addEventListener("pointermove", (event) => {
    if (painting === null || !marks) return;
    const cell = under(event, shown[0].canvas);
    if (cell >= 0) put(cell, painting, BRUSH());
  });
  for (const name of ["pointerup", "pointercancel"]) {
    frames.addEventListener(name, () => (painting = null));
  }
  frames.addEventListener("keydown", (event) => {
    if (!marks || !editable() || !event.target.matches("canvas")) return;
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const [row, column] = [Math.floor(cursor / grid[1]), cursor % grid[1]];
    if (moves[event.key]) {
      const y = Math.min(grid[0] - 1, Math.max(0, row + moves[event.key][0]));
      const x = Math.min(grid[1] - 1, Math.max(0, column + moves[event.key][1]));
      cursor = y * grid[1] + x;
    } else if (event.key === "Enter") put(cursor, !marks[cursor]);
    else return;
    event.preventDefault();
    shown.forEach(paint);
    const state = say(marks[cursor] ? "mark.on" : "mark.off");
    const [y, x] = [Math.floor(cursor / grid[1]) + 1, (cursor % grid[1]) + 1];
    $(".spoken").textContent = say("mark.at", { row: y, column: x, state });
  });
  frames.addEventListener("focusin", () => shown.forEach(paint));
  frames.addEventListener("focusout", () => shown.forEach(paint));

  // Actions on the picture.
  function offer() {
    const finished = value.kind === "final";
    element.classList.toggle("choosing", finished && shown.length > 1);
    $(".tools").hidden = !editable();
    $(".places").hidden = !marks || !editable();
    $(".lens").hidden = !editable();
    $("[data-do=before]").hidden = !(editable() && value.before);
    lens.offer(editable() ? shown[0].figure : null, value.before);
    for (const name of ["vary", "save"]) $(`[data-do=${name}]`).hidden = Boolean(value.foreign);
    shown.forEach((one, index) => {
      one.figure.querySelector("button")?.remove();
      if (!finished || shown.length === 1) return;
      const button = document.createElement("button");
      button.className = "choose";
      const label = one.caption.textContent || String(index + 1);
      button.setAttribute("aria-label", say("choose", { label }));
      button.onclick = () => choose(index);
      one.figure.append(button);
    });
  }

  function choose(index) {
    const [one, entry] = [value.frames[index], value.entries[index]];
    const stage = { ...value, frames: [one], entries: [entry] };
    see.show(stage);
    see.chosen(index, stage);
  }

  element.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do], [data-place], [data-sample]");
    if (!button) return;
    if (button.dataset.sample) return see.write(say(button.dataset.sample, {}, "en"), { draw: true });
    if (button.dataset.place) return place(button.dataset.place);
    const entry = value.entries?.[0];
    const actions = {
      mark: () => {
        if (marks) return clearMarks();
        startMarking();
        document.querySelector("#prompt textarea")?.select();
      },
      before: () => lens.compare(),
      vary: () => see.ask("vary"),
      save: () => see.save(),
      full: () => shown[0].figure.requestFullscreen?.(),
    };
    actions[button.dataset.do]();
  });

  // The picture as a file, scaled by `times`.
  see.save = async ({ times = 1 } = {}) => {
    const entry = value.entries?.[0];
    if (!entry) return;
    const name = see.fileName(entry.prompt);
    if (times === 1) return see.download(entry.src, `${name}.png`);
    const canvas = document.createElement("canvas");
    const { image } = shown[0];
    Object.assign(canvas, { width: times * image.naturalWidth, height: times * image.naturalHeight });
    const brush = canvas.getContext("2d");
    brush.imageSmoothingQuality = "high";
    brush.drawImage(image, 0, 0, canvas.width, canvas.height);
    const larger = await see.pictureOf(canvas, entry.src);
    see.download(URL.createObjectURL(larger), `${name}-${canvas.width}.png`);
  };

  // Live mode: the running translation over a preview.
  function subtitle(text) {
    $(".subtitle").textContent = text;
    $(".subtitle").hidden = !text;
  }
  see.live = ({ frame: one, grid: shape, told }) => {
    const talkedTo = value.kind === "final" && value.graph; // it may be about to be changed
    if (one && !marks && !talkedTo && !see.isBusy()) see.show({ kind: "live", frames: [one], grid: shape });
    subtitle(told);
  };
  // Recording ended without result.
  see.quiet = () => {
    subtitle("");
    if (see.unfinished() === "live") see.settle();
  };

  layOut(1, grid);
  offer();
  tick();
};
