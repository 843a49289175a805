// Requests: numbered here, answered by the server in views (see app/web/queued_jobs.py). Only the newest
// counts, so that whatever the page shows belongs to one request.
see.desk = (element, { props, trigger, watch, server, upload }) => {
  const { say, held, languages } = see;
  const ROOM = 25 * 2 ** 20; // bytes of a file that the server takes
  let newest = 0; // number of the newest request
  let answered = 0; // number of the newest one that the server has answered
  let ended = 0; // number of the newest one whose answer is complete: gradio tells its end twice
  let busy = false;
  let last = null; // the view of the newest request whose picture was finished or stopped
  const past = []; // views of finished pictures, and where in them we are
  let at = -1;
  const MOST = 64; // pictures that the server remembers
  const stored = see.pictureStore("speak-and-see-it-past", "views");
  const NOTED = "see-past"; // which of the stored views are this tab's, and where in them it is
  const DAYS = 3; // that views of tabs which are gone are kept
  let tab = crypto.getRandomValues(new Uint32Array(2)).join("-");
  const born = crypto.getRandomValues(new Uint32Array(2)).join("-"); // a tab may be a copy of another
  let rows = 0; // views that this page has stored
  let returning = null; // the number of the request that brings a stored view back to life
  let arrival = ""; // what is told when it has
  let resuming = null; // the number of the request that brings the picture back after a reload
  let words = ""; // the card that says nothing was heard
  let given = {}; // what gradio's components were given for the newest request, by part
  let waiting = {}; // what they have still to be given
  let typed = ""; // what stood in the prompt when it was made

  const prompt = () => document.querySelector("#prompt textarea")?.value ?? "";
  const line = (text, kind) => {
    const status = document.createElement("div");
    status.className = `status ${kind}`;
    if (kind === "error") status.setAttribute("role", "alert");
    status.innerHTML = `<span></span><div class="bar" aria-hidden="true"><i style="width:0%"></i></div>`;
    status.firstChild.textContent = text;
    return status.outerHTML;
  };

  // Begin a request: cancel the previous one and discard its unfinished views.
  // `live`: the preview on the stage belongs to this request's recording.
  function next({ live = false } = {}) {
    see.hush?.();
    see.question?.(null);
    see.remember?.({ lost: false });
    const unfinished = busy && see.unfinished();
    newest += 1;
    given = {};
    typed = prompt();
    if (unfinished === "new") {
      give({ heard: words });
      see.show({ kind: "begin" });
    } else if (unfinished || (!live && see.unfinished())) settle();
    take({ request: newest, status: line(say("status.moment"), "busy"), busy: true });
    return newest;
  }

  // Show the last finished picture again; with `prompt`, its prompt too.
  function settle({ prompt: said } = {}) {
    if (!last) return clear();
    give({ heard: last.heard, seed: last.seed, prompt: said && last.prompt });
    held.heard = last.request;
    see.show(last.stage);
  }

  function clear() {
    give({ heard: words });
    see.show({ kind: "empty" });
  }

  function take(view) {
    busy = Boolean(view.busy);
    document.documentElement.classList.toggle("busy", busy);
    if ([returning, resuming].includes(view.request) && arrival && view.stage?.kind === "final") view.status = arrival;
    // Controls keep their current values, not the picture's.
    if (view.request === resuming) view = Object.fromEntries(Object.entries(view).filter(([name]) => !see.isChosen(name)));
    give(view);
    // A stopped or failed change restores the previous picture.
    const undone = !busy && view.stage?.change && view.stage.kind !== "final";
    if (view.heard !== undefined) held.heard = view.request;
    // So does a failed new picture, but its prompt is kept.
    const failed = !busy && !undone && ["begin", "preview"].includes(view.stage?.kind);
    if (undone) settle({ prompt: true });
    else if (view.stage && !failed) see.show(view.stage);
    else if (!busy && (failed || see.unfinished())) view.heard === undefined ? settle() : see.show(last?.stage ?? { kind: "empty" });
    if (!busy) answer(view);
    if (!busy) setTimeout(() => see.told?.(Boolean(view.question)));
    if (!view.stage || busy || undone || failed) return;
    if (view.stage.kind !== "rest") last = view;
    held.picture = view.stage.kind === "final" ? view.request : null;
    held.chosen = null;
    if (held.picture !== null) reached(view);
    else offer();
  }

  // Answers without a picture: a question, a command, a scene that looks the same.
  function answer({ request, question, do: act, stands, prompt: said }) {
    see.question?.(question ?? null);
    if (stands && last) {
      last = { ...last, request, prompt: said, stage: { ...last.stage, graph: stands } };
      held.picture = request;
      see.graph?.(stands);
      reached(last);
    }
    const acts = {
      undo: () => travel(-1),
      redo: () => travel(1),
      restart: () => reached({ request, status: line(say("status.restart"), "idle"), stage: { kind: "empty" }, prompt: "" }, true),
      save: () => see.save?.(),
      enlarge: () => see.save?.({ times: 2 }),
    };
    acts[act]?.();
    if (act === "save" || act === "enlarge") give({ status: line(say("status.saved"), "idle") });
  }

  // Push a state of the conversation, dropping undone ones.
  function reached(view, shown = false) {
    if (returning === view.request && past[at]) {
      view.stage.before ??= past[at].stage.before;
      view.row = past[at].row;
      past[at] = view;
    } else {
      past.splice(at + 1, past.length, view);
      if (past.length > MOST) past.shift();
      at = past.length - 1;
    }
    note(view);
    if (shown) stand(view);
    else offer();
  }

  // The state to undo to; after a stopped or refused request, the picture before it.
  const isLeft = () => at >= 0 && last !== past[at];
  const offer = () => see.travels?.(at > 0 || isLeft(), at < past.length - 1);

  // The announcement of a view: its contents or, if these are unchanged, the last action or its position.
  const shows = ({ stage, prompt: said }) => stage.frames?.[0]?.alt || said || "–";
  const reachedLine = (step, view, left) => {
    const which = left && left !== view && shows(left) === shows(view) ? ` (${view.stage.told || at + 1})` : "";
    return say(step < 0 ? "status.back" : "status.forth", { prompt: shows(view) + which });
  };

  // Undo or redo: restore a state with picture and texts.
  function travel(step) {
    if (busy && step < 0 && last) return stand({ ...last, status: line(reachedLine(step, last), "idle") }, last);
    const to = step < 0 && isLeft() ? at : at + step;
    if (!past[to]) return give({ status: line(say(step < 0 ? "status.no_back" : "status.no_forth"), "idle") });
    const [left, view] = [past[at], past[to]];
    at = to;
    note();
    const pictures = view.stage.frames ?? [];
    const text = reachedLine(step, view, left);
    if (view.stale && view.stage.kind === "final" && pictures.length === 1) return revive(pictures[0].src, text);
    stand({ ...view, status: line(text, "idle") }, view);
  }

  // A view from before a reload: send its picture to the server again.
  function revive(src, text) {
    const number = next();
    returning = number;
    arrival = text && line(text, "idle");
    see.send("restore", see.pictureFile(src), { number });
  }

  // Persist a view, and the list of views, for a reload.
  function note(view) {
    if (view) {
      view.row ??= `${born}-${(rows += 1)}`;
      const entries = view.stage.entries?.map((entry, index) =>
        entry.src === view.stage.frames[index]?.src ? { ...entry, src: null } : entry,
      );
      stored.put({ id: view.row, tab, made: Date.now(), view: { ...view, stage: { ...view.stage, entries } } });
    }
    const ids = past.map(({ row }) => row);
    try {
      const before = JSON.parse(sessionStorage.getItem(NOTED))?.ids ?? [];
      before.filter((id) => !ids.includes(id)).forEach((id) => stored.remove(id));
      sessionStorage.setItem(NOTED, JSON.stringify({ tab, ids, at }));
    } catch {
      // Without storage there is no history after a reload.
    }
  }
  see.forgetPast = async () => {
    past.length = 0;
    at = -1;
    await stored.clear();
  };
  // Restore this tab's view and undo history after a reload; returns the view.
  see.recall = async () => {
    let noted = null;
    try {
      noted = JSON.parse(sessionStorage.getItem(NOTED));
    } catch {
      // As above.
    }
    const kept = await stored.all([]);
    const old = Date.now() - DAYS * 86_400_000;
    kept.filter(({ made, tab: of }) => made < old && of !== noted?.tab).forEach(({ id }) => stored.remove(id));
    if (!noted || past.length) return;
    tab = noted.tab;
    const views = noted.ids.map((id) => kept.find((row) => row.id === id)?.view).filter(Boolean);
    for (const view of views) {
      view.stage.entries?.forEach((entry, index) => (entry.src ??= view.stage.frames[index].src));
      past.push({ ...view, stale: true, busy: false });
    }
    at = Math.min(noted.at, past.length - 1);
    see.travels?.(at > 0, at < past.length - 1);
    return past[at];
  };
  // A reopened picture may be the current state of the saved history.
  see.returns = (number, src) => {
    if (past[at]?.stale && past[at].stage.frames?.[0]?.src === src) [returning, arrival] = [number, ""];
  };
  // The picture of request `number` is the one before the reload; `lost`: a later request was lost.
  see.resumes = (number, lost) => {
    resuming = number;
    arrival = lost ? line(say("status.lost"), "idle") : "";
    if (number === null && lost) give({ status: arrival });
  };

  function stand(view, kept = view) {
    if (busy) trigger("stop", { number: newest });
    newest += 1;
    busy = false;
    document.documentElement.classList.remove("busy");
    given = {};
    typed = prompt();
    last = kept;
    const { heard = words, prompt: said, seed, status } = view;
    give({ heard, prompt: said, seed, status });
    const isPicture = view.stage.kind === "final";
    held.picture = isPicture ? view.request : null;
    held.chosen = view.chosen ?? null;
    held.heard = view.request;
    if (view.stale) held.picture = held.heard = null;
    see.show(view.stage);
    offer();
  }

  function give(view) {
    for (const name of ["status", "heard", "prompt", "seed", "steps", "guidance", "percent", "shape"]) {
      if (view[name] === undefined || view[name] === given[name]) continue;
      if (name === "prompt" && prompt() !== typed && prompt() !== given.prompt) continue; // typed since
      given[name] = waiting[name] = view[name];
    }
    if (Object.keys(waiting).length) trigger("show");
  }
  see.changes = (names) => {
    const values = names.map((name) => waiting[name]);
    waiting = {};
    return values;
  };

  watch("value", () => {
    const view = props.value;
    if (view?.stage?.kind === "rest") see.know(view.stage.scenes); // also behind a hasty wish
    if (view?.request !== newest || (ended && view.request === ended)) return;
    if (view.request === 0) words = view.heard;
    answered = view.request;
    if (!view.busy) ended = view.request;
    take(view);
  });

  see.travel = travel;
  see.next = next;
  see.isNewest = (number) => number === newest;
  see.isBusy = () => busy;
  see.settle = settle;
  see.fail = (number, text) => {
    if (number === newest) take({ request: number, status: line(text, "error"), busy: false });
  };

  // Send a request; `details` may have a number assigned earlier.
  see.ask = (kind, details = {}) => {
    if (kind !== "tell") see.told?.(true);
    const number = details.number ?? next(details);
    const { marks, picture, chosen, heard } = held;
    see.asked = kind;
    trigger("ask", { kind, marks, picture, chosen, heard, languages, ...details, number });
  };
  // Send a request with a file. Superseded ones are sent as well, so that the server deletes the file.
  see.send = async (kind, file, details = {}) => {
    const number = details.number ?? next(details);
    const { marks, picture, chosen, heard } = held;
    see.asked = kind;
    if (file.size > ROOM) return see.fail(number, say("status.large"));
    // A unique name, because equal files would share a path on the server.
    const name = `${crypto.getRandomValues(new Uint32Array(2)).join("-")}-${file.name}`;
    try {
      const { path } = await upload(new File([file], name, { type: file.type }));
      see.ask(kind, { marks, picture, chosen, heard, ...details, number, upload: path });
    } catch {
      if (number === newest) see.refused();
    }
  };
  // The pending picture will not arrive, as server or page is going; report it now or after the reload.
  const isLost = () => busy && newest !== 0 && newest !== resuming;
  see.lose = (text = say("status.lost")) => {
    if (!isLost()) return;
    see.remember?.({ lost: true, typed: prompt() });
    see.untold?.();
    see.fail(newest, text);
    // Without its server gradio no longer updates the page.
    const status = document.querySelector("#status .status");
    status.className = "status error";
    status.firstElementChild.textContent = text;
  };
  window.addEventListener("pagehide", () => isLost() && see.remember?.({ lost: true, typed: prompt() }));
  // Gradio failed to deliver a request: the newest one, unless it was answered.
  see.refused = () => {
    if (isLost()) see.lose(say(answered === newest ? "status.lost" : "status.unsent"));
    else if (busy && answered !== newest) see.fail(newest, say("status.unsent"));
    see.ping();
  };
  // Apply the chosen style to the prompt, unless it was edited meanwhile.
  let style = null;
  see.styled = async (chosen) => {
    const before = prompt();
    style = chosen;
    const after = before.trim() && (await server.restyled([before, chosen]).catch(() => null));
    if (after && after !== before && style === chosen && prompt() === before) see.write(after);
  };
  see.stop = () => {
    if (!busy) return;
    see.told?.(true);
    trigger("stop", { number: newest });
    const painting = see.unfinished();
    const text = say(painting ? "status.stopping" : "status.stopped");
    const request = newest;
    if (!painting) newest += 1; // nothing of it will be shown
    take({ request, status: line(text, painting ? "busy" : "idle"), busy: Boolean(painting) });
  };
  // Choose one of several pictures for all further actions.
  see.chosen = (index, stage) => {
    const entry = stage.entries[0];
    if (last.stale) return revive(entry.src);
    last = { ...last, stage, status: entry.status, seed: entry.seed, percent: entry.percent };
    last.chosen = held.chosen = index;
    if (at >= 0) past[at] = last;
    note(last);
    given = {};
    give({ status: entry.status, seed: entry.seed, percent: entry.percent });
  };
};
