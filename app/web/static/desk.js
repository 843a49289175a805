// Requests: numbered here, answered by the server in views (see app/web/queued_jobs.py). Only the newest
// counts, so that whatever the page shows belongs to one request.
see.desk = (element, { props, trigger, watch, upload }) => {
  const { say, held, languages } = see;
  const ROOM = 25 * 2 ** 20; // bytes of a file that the server takes
  let newest = 0; // number of the newest request
  let answered = 0; // number of the newest one that the server has answered
  let busy = false;
  let last = null; // the view of the newest request whose picture was finished or stopped
  const past = []; // views of finished pictures, and where in them we are
  let at = -1;
  const MOST = 64; // pictures that the server remembers
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

  // A new request: the one before ends, and what it left unfinished is not shown any more.
  // `live`: the fast picture on the stage was drawn of what this one is about to say.
  function next({ live = false } = {}) {
    see.hush?.();
    see.question?.(null);
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

  // The last finished picture again, with its words.
  function settle() {
    if (!last) return clear();
    give({ heard: last.heard, seed: last.seed });
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
    give(view);
    if (view.heard !== undefined) held.heard = view.request;
    if (view.stage) see.show(view.stage);
    else if (!busy && see.unfinished()) view.heard === undefined ? settle() : clear();
    if (!busy) answer(view);
    if (!busy) setTimeout(() => see.told?.(Boolean(view.question)));
    if (!view.stage || busy) return;
    if (view.stage.kind !== "rest") last = view;
    held.picture = view.stage.kind === "final" ? view.request : null;
    held.chosen = null;
    if (held.picture !== null) reached(view);
  }

  // What is answered without a picture: a question, something to do, another scene that looks alike.
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

  // One more state of the conversation; what was undone is gone.
  function reached(view, shown = false) {
    if (past[at]?.request === view.request) at -= 1; // told twice
    past.splice(at + 1, past.length, view);
    if (past.length > MOST) past.shift();
    at = past.length - 1;
    if (shown) stand(view);
    else see.travels?.(at > 0, false);
  }

  // Back to a state, or forth again: picture, words and all.
  function travel(step) {
    if (busy && step < 0 && last) return stand({ ...last, status: line(say("status.back", { prompt: last.prompt || "–" }), "idle") }, last);
    const to = step < 0 && last !== past[at] && at >= 0 ? at : at + step;
    if (!past[to]) return give({ status: line(say(step < 0 ? "status.no_back" : "status.no_forth"), "idle") });
    at = to;
    const view = past[to];
    const text = say(step < 0 ? "status.back" : "status.forth", { prompt: view.prompt || "–" });
    stand({ ...view, status: line(text, "idle") }, view);
  }

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
    see.show(view.stage);
    see.travels?.(at > 0, at < past.length - 1);
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
    if (view?.request !== newest) return;
    if (view.request === 0) words = view.heard;
    answered = view.request;
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

  // Ask the server; `details` may hold the number that the request got earlier.
  see.ask = (kind, details = {}) => {
    if (kind !== "tell") see.told?.(true);
    const number = details.number ?? next(details);
    const { marks, picture, chosen, heard } = held;
    see.asked = kind;
    trigger("ask", { kind, marks, picture, chosen, heard, languages, ...details, number });
  };
  // The same with a file. One that was overtaken on its way is sent too: the server deletes it.
  see.send = async (kind, file, details = {}) => {
    const number = details.number ?? next(details);
    const { marks, picture, chosen, heard } = held;
    see.asked = kind;
    if (file.size > ROOM) return see.fail(number, say("status.large"));
    // Equal files would share one place on the server: a name of its own keeps them apart.
    const name = `${crypto.getRandomValues(new Uint32Array(2)).join("-")}-${file.name}`;
    try {
      const { path } = await upload(new File([file], name, { type: file.type }));
      see.ask(kind, { marks, picture, chosen, heard, ...details, number, upload: path });
    } catch {
      see.fail(number, say("status.unsent"));
      see.ping();
    }
  };
  // Gradio could not deliver a request: the newest, unless that has been answered.
  see.refused = () => {
    if (busy && answered !== newest) see.fail(newest, say("status.unsent"));
    see.ping();
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
  // One of several pictures: everything on the page is now about it.
  see.chosen = (index, stage) => {
    const entry = stage.entries[0];
    last = { ...last, stage, status: entry.status, seed: entry.seed, percent: entry.percent };
    last.chosen = held.chosen = index;
    if (at >= 0) past[at] = last;
    given = {};
    give({ status: entry.status, seed: entry.seed, percent: entry.percent });
  };
};
