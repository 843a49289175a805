// The scene graph as editable chips, and a text line for changes.
// Changes are sent one at a time, since each starts from the previous result.
see.scene = (element) => {
  const { say, translate } = see;
  const $ = (selector) => element.querySelector(selector);
  const root = $(".scene");
  const thing = $(".thing");
  const SHADES = { red: "#dc2626", orange: "#f97316", yellow: "#facc15", green: "#16a34a", blue: "#2563eb",
    purple: "#9333ea", pink: "#f472b6", brown: "#92400e", black: "#1c1917", white: "#ffffff", gray: "#9ca3af" };
  const ARROWS = { left: "←", right: "→", up: "↑", down: "↓" };
  const MOST = 10; // of a kind
  const LONGEST = 1000; // characters that are read
  const MARK = /^\s*(?:[-*•–—·]|\d{1,2}[.)])\s+/; // of a line in a list
  let graph = null;
  let open = null; // the place of the thing whose panel is open

  translate(element);
  $("input").placeholder = say("tell.example");

  // Changes entered during drawing are queued.
  const waiting = []; // details, or what makes them of the picture that is there then
  let sent = ""; // what was typed for the newest of them
  function tell(details) {
    waiting.push(details);
    next();
  }
  function next() {
    while (waiting.length && !see.isBusy()) {
      const first = waiting.shift();
      const details = typeof first === "function" ? first() : first;
      if (details) see.ask("tell", details);
      if (details) sent = details.text ?? "";
    }
  }
  // Keep typed text that could not be sent.
  see.untold = (text = sent) => {
    const field = $("form input");
    field.value ||= text;
    see.remember?.({ telling: field.value });
  };
  // A request has ended; `over`: drop the queue and put its text back into the field.
  see.told = (over) => {
    if (over) {
      const text = waiting.find((each) => each.text)?.text;
      waiting.length = 0;
      if (text && !$("form input").value) $("form input").value = text;
    } else next();
    if (sent && !see.isBusy()) see.remember?.({ telling: $("form input").value });
    if (!see.isBusy()) sent = "";
  };
  // An edit of a thing, built by `edit` when it is sent. A double click removes only one.
  function change(index, edit) {
    const { name } = graph.things[index];
    if (see.isBusy() && edit({ count: 1 })?.do === "remove") return;
    tell(() => {
      const thing = graph?.things[index];
      const made = thing?.name === name && edit(thing);
      return made && { edit: { thing: thing.place, ...made } };
    });
  }
  const button = (text, act, more = {}) => {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: text, onclick: act });
    for (const [name, value] of Object.entries(more)) made.setAttribute(name, value);
    return made;
  };
  const dot = (colour) => {
    const made = document.createElement("i");
    made.style.background = SHADES[colour];
    return made;
  };

  function chip({ name, count, colour, told }, index) {
    const text = count > 1 ? `${name} ×${count}` : name;
    const parts = [text, ...(colour ? [say(`colour.${colour}`)] : []), ...told];
    const label = say("tell.thing", { name: parts.join(", ") });
    const made = button([text, ...told].join(" · "), () => toggle(open === index ? null : index), {
      class: "chip", "aria-expanded": String(open === index), "aria-label": label, "data-thing": index,
    });
    if (colour) made.prepend(dot(colour));
    return made;
  }

  function menu({ kind, value, choices }) {
    const made = document.createElement("select");
    made.setAttribute("aria-label", say(`tell.${kind}`));
    made.dataset.scenery = kind;
    made.disabled = choices.length === 1; // a photograph's place
    for (const [code, name] of choices) made.append(new Option(name, code, code === value, code === value));
    made.onchange = () => tell({ edit: { scenery: kind, value: made.value } });
    return made;
  }

  function toggle(index) {
    open = index;
    for (const each of root.querySelectorAll(".chip")) {
      each.setAttribute("aria-expanded", String(Number(each.dataset.thing) === index));
    }
    thing.hidden = index === null;
    if (index === null) return;
    const { name, count, looks, colour, texture, state } = graph.things[index];
    thing.setAttribute("aria-label", name);
    const act = (key, what, value) => button(say(key), () => change(index, () => ({ do: what, value })), { "data-do": what });
    const counted = (key, more) => {
      const edit = ({ count }) => count + more >= 1 && count + more <= MOST && { do: "count", value: count + more };
      return button(say(key), () => change(index, edit), { "data-do": "count" });
    };
    const swatches = document.createElement("div");
    swatches.className = "swatches";
    swatches.setAttribute("role", "group");
    swatches.setAttribute("aria-label", say("tell.colour"));
    swatches.append(
      ...looks.map((look) => {
        const made = button("", () => change(index, () => ({ do: "colour", value: look })), {
          class: "swatch", "aria-pressed": String(look === colour), "aria-label": say(`colour.${look}`), title: say(`colour.${look}`),
        });
        made.append(dot(look));
        return made;
      }),
    );
    if (colour || texture) swatches.append(act("tell.own", "colour", null));
    thing.replaceChildren(
      swatches,
      ...(state ? [act("tell.usual", "state", null)] : []),
      ...(count < MOST ? [counted("tell.more", 1)] : []),
      ...(count > 1 ? [counted("tell.fewer", -1)] : []),
      act("tell.larger", "size", 1),
      act("tell.smaller", "size", -1),
      ...Object.entries(ARROWS).map(([way, arrow]) => {
        const made = act(`tell.${way}`, "move", way);
        Object.assign(made, { className: "round", textContent: arrow, title: made.textContent });
        made.setAttribute("aria-label", made.title);
        return made;
      }),
      act("tell.remove", "remove"),
    );
  }

  // The scene graph on the stage, null if unknown.
  see.graph = (next) => {
    const same = open !== null && next?.things[open]?.name === graph?.things[open]?.name;
    const focused = root.contains(document.activeElement) && document.activeElement.closest(".chip, .thing");
    const kept = (focused && focused.dataset.thing) || open;
    graph = next;
    place();
    if (!graph) return toggle(null);
    $(".graph").replaceChildren(...graph.things.map(chip), ...graph.scenery.map(menu));
    toggle(same ? open : null);
    if (focused) (root.querySelector(`.chip[data-thing="${kept}"]`) ?? root.querySelector(".chip"))?.focus();
  };

  // Undo may be possible without a picture.
  function place() {
    root.hidden = !graph && root.querySelectorAll("[data-travel]:enabled").length === 0;
    for (const part of [$(".graph"), $("form input"), $("form [type=submit]")]) part.hidden = !graph;
  }
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || open === null) return;
    const chip = root.querySelector(`[data-thing="${open}"]`);
    toggle(null);
    chip?.focus();
  });

  see.travels = (back, forth) => {
    const buttons = [$("[data-travel='-1']"), $("[data-travel='1']")];
    const focused = buttons.find((each) => each === document.activeElement);
    [back, forth].forEach((can, index) => (buttons[index].disabled = !can));
    place();
    // A disabled control passes on the focus.
    if (focused?.disabled) [...buttons, $("form input")].find((each) => !each.disabled && !each.hidden)?.focus();
  };

  see.question = (asked) => {
    const box = $(".question");
    box.hidden = !asked;
    if (!asked) return;
    box.querySelector("p").textContent = asked.text;
    asked.choices.forEach((text, index) => (box.querySelector(`[data-answer="${index}"]`).textContent = text));
    box.querySelector("button").focus({ preventScroll: true });
  };

  element.addEventListener("click", ({ target }) => {
    const pressed = target.closest("[data-travel], [data-answer]");
    if (!pressed) return;
    if (pressed.dataset.travel) see.travel(Number(pressed.dataset.travel));
    else see.ask("tell", { answer: Number(pressed.dataset.answer) });
  });
  $("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = $("form input").value.trim();
    if (!text) return;
    if (text.length <= LONGEST) $("form input").value = ""; // else the answer says how long it is
    see.reveal("#stage"); // under an open panel what is done would not be seen
    tell({ text });
  });
  $("form input").addEventListener("paste", (event) => {
    const lines = event.clipboardData.getData("text/plain").split(/[\r\n]+/);
    const said = lines.map((line) => line.replace(MARK, "").trim()).filter(Boolean);
    if (said.length < 2) return;
    event.preventDefault(); // a field of one line would join the words of two
    const field = event.target;
    const text = said.reduce((all, line) => all + (/[,;.!?，。！？]$/.test(all) ? " " : ", ") + line);
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  });
  see.travels(false, false);
};
