// Shared by the page's scripts: translations, data sent with requests, live
// regions, dropped files. `seeWords` (all translations) is defined in the head.
window.see = (() => {
  const tables = window.seeWords;
  const languages = [...(navigator.languages ?? [navigator.language])];
  const wished = languages.map((tag) => tag.split("-")[0]);
  const language = wished.find((code) => code in tables) ?? "en";
  const direction = language === "ar" ? "rtl" : "ltr";
  const say = (key, values = {}, code = language) =>
    (tables[code][key] ?? tables.en[key]).replace(/\{(\w+)\}/g, (_, name) => values[name]);

  // Texts of elements with data-say, and labels of those with data-label.
  const translate = (element) => {
    for (const each of element.querySelectorAll("[data-say]")) each.textContent = say(each.dataset.say);
    for (const each of element.querySelectorAll("[data-label]")) {
      each.setAttribute("aria-label", say(each.dataset.label));
    }
  };

  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const reveal = (selector) =>
    document
      .querySelector(selector)
      ?.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });

  // Data sent with every request: marks of the picture on the stage, the number of the request it
  // came from, its index among several, and the number of the request whose transcript is shown.
  const held = { marks: "", picture: null, chosen: null, heard: null };

  // Set the prompt as if typed; `draw`: and submit it.
  const write = (text, { draw = false } = {}) => {
    const box = document.querySelector("#prompt textarea");
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    if (draw) setTimeout(() => document.querySelector("#draw").click());
  };

  const live = (id) => {
    const element = document.getElementById(id);
    if (!element || element.hasAttribute("aria-live")) return;
    element.setAttribute("aria-live", "polite");
    element.setAttribute("aria-atomic", "true");
  };
  new MutationObserver(() => {
    ["status", "heard"].forEach(live);
    const root = document.documentElement;
    if (root.lang !== language) root.lang = language;
    if (root.dir !== direction) root.dir = direction;
    if (document.title !== say("title")) document.title = say("title");
    // Gradio names each radio button differently; a common name enables the arrow keys.
    document.querySelectorAll("#choices fieldset").forEach(({ id, elements }) => {
      for (const each of elements) if (each.name !== id) each.name = id;
    });
    // Gradio sets dir="ltr" on blocks and labels, but text may be in any language.
    const said = `:is(.block, .block span)[dir="${direction === "rtl" ? "ltr" : "rtl"}"]`;
    document.querySelectorAll(said).forEach((part) => (part.dir = direction));
    // Keep scrollable lists out of the Tab order, as they close on focus.
    document.querySelectorAll(".options ul:not([tabindex])").forEach((list) => (list.tabIndex = -1));
    document.querySelectorAll("#prompt textarea:not([dir=auto])").forEach((box) => (box.dir = "auto"));
  }).observe(document, { childList: true, subtree: true, attributeFilter: ["name"] });

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#draw, button.example, #gallery .open")) reveal("#stage");
    const guess = event.target.closest?.("[data-language]");
    if (guess) window.see.again?.(guess.dataset.language);
  });

  // Ignore key repeat of Enter.
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Enter" || !event.repeat || !event.target.closest?.("#prompt")) return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );

  // Files, dropped anywhere or chosen with one of the two buttons. Pictures are shown, including any file
  // chosen as a picture; everything else is treated as a recording.
  const take = (file, chosen = false) => {
    if (!file) return;
    if (chosen || file.type.startsWith("image/")) window.see.send?.("restore", file);
    else window.see.heard?.(file);
  };
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  const takesText = (event) => event.target.closest?.("input, textarea") && !carriesFiles(event);
  const over = (shown) => document.documentElement.classList.toggle("file-over", shown);
  document.documentElement.style.setProperty("--drop-words", JSON.stringify(say("drop")));
  document.addEventListener(
    "dragover",
    (event) => {
      if (takesText(event)) return;
      event.preventDefault();
      event.stopPropagation();
      over(carriesFiles(event));
    },
    true,
  );
  document.addEventListener("dragleave", (event) => event.relatedTarget || over(false), true);
  document.addEventListener(
    "drop",
    (event) => {
      over(false);
      if (takesText(event)) return;
      event.preventDefault(); // a browser would go to what was dropped, and leave the page
      event.stopPropagation();
      take(event.dataTransfer?.files[0]);
    },
    true,
  );
  document.addEventListener(
    "change",
    (event) => {
      const input = event.target.closest?.("#open-box input, #restore-box input");
      if (input?.type !== "file") return;
      event.stopPropagation();
      take(input.files[0], Boolean(input.closest("#restore-box")));
      input.value = ""; // so that the same file can be chosen again
    },
    true,
  );
  // This tab's control values from before a reload.
  const CHOSEN = "see-choices";
  let choices = {};
  try {
    choices = JSON.parse(sessionStorage.getItem(CHOSEN)) ?? {};
  } catch {
    // Without storage the defaults apply.
  }
  const choose = (name, value) => {
    choices[name] = value;
    try {
      sessionStorage.setItem(CHOSEN, JSON.stringify(choices));
    } catch {
      // As above.
    }
  };
  // `values`: defaults of the controls `names`.
  const chosenBefore = (names, values) => names.map((name, index) => choices[name] ?? values[index]);
  // Available shapes become known after the page has loaded; the first is selected then.
  let shaped = false;
  const chooseShape = (shape) => {
    if (!shape) return shape;
    const offered = [...document.querySelectorAll("#shape input")].map(({ value }) => value);
    const chosen = !shaped && offered.includes(choices.shape) ? choices.shape : shape;
    shaped = true;
    choose("shape", chosen);
    return chosen;
  };

  // Report an unreachable server and poll until it is back; then reload the page with
  // picture and typed text restored. Any response counts. Reload, too, if a different
  // server process answers, that is, after an unnoticed restart.
  const PING = 8000; // milliseconds
  let gone = false;
  async function ping() {
    if (document.hidden && !gone) return;
    const answer = await fetch("gradio_api/app_id", { cache: "no-store" }).catch(() => null);
    const alive = answer !== null;
    const served = (await answer?.json().catch(() => null))?.app_id;
    const other = (served ?? window.gradio_config.app_id) !== window.gradio_config.app_id;
    if (other && !gone) window.see.lose?.();
    if (alive && (gone || other)) return location.reload();
    if (alive !== gone) return; // nothing new
    gone = !alive;
    if (gone) window.see.lose?.();
    let banner = document.querySelector("#gone");
    if (!banner) {
      banner = Object.assign(document.createElement("div"), { id: "gone", hidden: true });
      banner.setAttribute("role", "alert");
      document.body.prepend(banner);
    }
    banner.hidden = !gone;
    banner.textContent = gone ? say("status.server") : "";
  }
  setInterval(ping, PING);
  window.addEventListener("online", ping);
  window.addEventListener("offline", ping);
  document.addEventListener("visibilitychange", ping);

  // Left or reloaded while drawing: gradio reports the stream that it closes itself. A
  // connection lost otherwise is reported by the page (see `ping` and `see.refused`).
  const complain = console.error.bind(console);
  console.error = (...said) => {
    const ended = said[0]?.name === "AbortError" || String(said[1] ?? "").startsWith("Connection errored out");
    if (!ended) complain(...said);
  };

  // Back navigation: the browser may restore the page from its cache without connection.
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());

  const chosen = { choose, chosenBefore, chooseShape, isChosen: (name) => name in choices };
  return { say, translate, language, languages, calm, reveal, held, write, ping, ...chosen };
})();
