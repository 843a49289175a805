// The gallery: the visitor's pictures as PNG files, stored by this browser until they are
// deleted. Without storage (some private windows) they last as long as the page.
see.gallery = (element) => {
  const { say, translate } = see;
  const $ = (selector) => element.querySelector(selector);
  const list = $(".list");
  const MOST = 500;
  const MARKS = { star: "M12 3l2.7 5.8 6.3.8-4.6 4.4 1.2 6.3L12 17.2 6.4 20.3l1.2-6.3L3 9.6l6.3-.8z",
    words: "M9 9V4h11v11h-5M4 9h11v11H4z", drop: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13" };
  let pictures = []; // newest first: what the server says of each, and id, made, starred
  const removed = []; // those deleted on this page, which can come back, the last one first
  const stored = see.pictureStore("speak-and-see-it", "pictures");

  const unkept = new Set(); // ids of those for which there is no room; they are shown all the same
  // Other tabs of this browser, which show the same pictures.
  const tabs = globalThis.BroadcastChannel && new BroadcastChannel("speak-and-see-it");

  async function store(entry) {
    while (!(await stored.put(entry))) {
      const oldest = pictures.findLast(({ id, starred }) => id !== entry.id && !starred);
      if (!oldest) return unkept.add(entry.id);
      await forget(oldest); // full: the oldest goes
    }
    tabs?.postMessage("changed");
  }

  async function forget(entry) {
    pictures = pictures.filter(({ id }) => id !== entry.id);
    await stored.remove(entry.id);
    tabs?.postMessage("changed");
  }

  const names = new Intl.DisplayNames([see.language], { type: "language", fallback: "code" });
  const named = (code) => {
    try {
      return names.of(code);
    } catch {
      return code;
    }
  };

  function tool(name, label, act, pressed) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: `tool ${name}`, title: label, onclick: act });
    button.setAttribute("aria-label", label);
    if (pressed !== undefined) button.setAttribute("aria-pressed", String(Boolean(pressed)));
    button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${MARKS[name]}"/></svg>`;
    return button;
  }

  function card(entry) {
    const { src, prompt, language, seed, steps, percent } = entry;
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.className = "open";
    const image = Object.assign(new Image(), { src, alt: "", loading: "lazy" });
    const words = Object.assign(document.createElement("span"), { textContent: prompt, dir: "auto" });
    const facts = document.createElement("small");
    facts.textContent = [language && named(language), say("gallery.facts", { seed, steps, percent })]
      .filter(Boolean)
      .join(" · ");
    button.append(image, words, facts);
    button.setAttribute("aria-label", `${say("gallery.item", { prompt })} · ${facts.textContent}`);
    button.title = prompt;
    button.onclick = () => open(src);
    const tools = document.createElement("div");
    tools.className = "card-tools";
    tools.append(
      tool("star", say("gallery.star"), () => star(entry), entry.starred),
      tool("words", say("gallery.copy"), () => copy(prompt)),
      tool("drop", say("gallery.delete", { prompt }), () => remove(entry)),
    );
    item.append(button, tools);
    return item;
  }

  // `before`: values from before a reload, which override those of the picture.
  function open(src, before = null) {
    const typed = before?.typed;
    const number = see.next();
    see.returns?.(number, src);
    if (before) see.resumes?.(number, before.lost);
    if (typed) see.write(typed);
    see.send("restore", see.pictureFile(src), { number });
  }

  // Restore this tab's picture and typed text after a reload.
  const SHOWN = "see-shown";
  let forgotten = false;
  const remember = (what) => {
    if (forgotten) return;
    try {
      const before = JSON.parse(sessionStorage.getItem(SHOWN) ?? "{}");
      sessionStorage.setItem(SHOWN, JSON.stringify({ ...before, ...what }));
    } catch {
      // Without storage the tab starts empty.
    }
  };
  document.addEventListener("input", ({ target }) => {
    if (target.matches?.("#prompt textarea")) remember({ typed: target.value });
    if (target.matches?.("#scene form input")) remember({ telling: target.value });
  });
  see.remember = remember;
  see.resume = async () => {
    let before = {};
    try {
      before = JSON.parse(sessionStorage.getItem(SHOWN) ?? "{}");
    } catch {
      // As above.
    }
    await loaded;
    see.untold?.(before.telling);
    const there = (await see.recall?.())?.stage;
    if (document.querySelector("#prompt textarea")?.value || see.isBusy() || !see.isNewest(0)) return;
    const only = there?.kind === "final" && there.frames.length === 1 && there.frames[0];
    const last = only || (there?.kind !== "empty" && pictures.find(({ id }) => id === before.picture));
    if (last) return open(last.src, before);
    if (before.typed) see.write(before.typed);
    see.resumes?.(null, before.lost);
    remember({ lost: false });
  };

  async function star(entry) {
    entry.starred = !entry.starred;
    show();
    if (unkept.has(entry.id)) return;
    if (await stored.renew(entry)) return tabs?.postMessage("changed");
    pictures = pictures.filter(({ id }) => id !== entry.id); // deleted in another tab meanwhile
    show();
  }

  async function copy(prompt) {
    const done = await navigator.clipboard?.writeText(prompt).then(() => true, () => false);
    tell(say(done ? "copied" : "copied.not"));
  }

  async function remove(entry) {
    removed.push(entry);
    const gone = forget(entry);
    show();
    tell(say("gallery.deleted"), true);
    $(".undo").focus();
    await gone;
  }

  async function bringBack() {
    const entry = removed.pop();
    if (!entry) return;
    pictures = [...pictures, entry].sort((a, b) => b.id - a.id);
    if (removed.length) tell(say("gallery.deleted"), true);
    else tell("");
    show();
    await store(entry);
  }

  // A one-line notification; `undo`: with an undo button.
  function tell(text, undo = false) {
    $(".told span").textContent = text;
    $(".told").hidden = !text;
    $(".undo").hidden = !undo;
  }

  async function saveAll() {
    const files = wanted().map(({ src, prompt, seed }) => [`${see.fileName(prompt)}-${seed}.png`, src]);
    const parts = await Promise.all(
      files.map(async ([name, src]) => [name, new Uint8Array(await see.pictureFile(src).arrayBuffer())]),
    );
    see.download(URL.createObjectURL(see.zip(parts)), "pictures.zip");
  }

  const wanted = () => {
    const words = $("input[type=search]").value.toLowerCase().split(/\s+/);
    const starred = $("[data-do=starred]").getAttribute("aria-pressed") === "true";
    return pictures.filter((entry) => {
      const text = `${entry.prompt} ${entry.said ?? ""}`.toLowerCase();
      return (!starred || entry.starred) && words.every((word) => text.includes(word));
    });
  };

  function show() {
    const some = wanted();
    list.replaceChildren(...some.map(card));
    $(".none").hidden = some.length > 0;
    $(".none").textContent = say(pictures.length ? "gallery.nothing" : "gallery.empty");
    $(".finder").hidden = !pictures.length;
  }

  see.keep = ({ status, ...entry }) => {
    const same = pictures.find(({ src }) => src === entry.src);
    const last = pictures[0]?.id ?? 0;
    // Ids are unique across tabs, even within a millisecond.
    const id = Math.max(Date.now(), Math.floor(last) + 1) + Math.random();
    const kept = { starred: false, ...same, ...entry, id };
    pictures = [kept, ...pictures.filter((each) => each !== same)];
    remember({ picture: kept.id, typed: "" });
    if (same) stored.remove(same.id);
    const oldest = pictures.length > MOST && pictures.findLast(({ starred }) => !starred);
    if (oldest) forget(oldest);
    store(kept);
    show();
  };
  see.forgetAll = async () => {
    pictures = [];
    removed.length = 0;
    forgotten = true; // until the page is loaded again
    await see.forgetPast?.();
    await stored.clear();
    tabs?.postMessage("forgotten");
    show();
  };

  // Another tab may have added or deleted some.
  const load = async () => {
    const since = Date.now();
    const found = await stored.all(pictures);
    const newer = pictures.filter(
      ({ id }) => (id >= since || unkept.has(id)) && !found.some((each) => each.id === id),
    );
    pictures = [...newer, ...found].sort((a, b) => b.id - a.id);
    show();
  };
  document.addEventListener("visibilitychange", () => document.hidden || load());
  tabs?.addEventListener("message", ({ data }) => {
    if (data === "forgotten") removed.length = 0;
    if (data === "forgotten") tell("");
    if (!document.hidden) load();
  });
  $("input[type=search]").addEventListener("input", show);
  $("input[type=search]").setAttribute("placeholder", say("gallery.search"));
  element.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button?.dataset.do === "all") saveAll();
    if (button?.dataset.do === "undo") bringBack();
    if (button?.dataset.do !== "starred") return;
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    show();
  });
  translate(element);
  show();
  const loaded = load();
};
