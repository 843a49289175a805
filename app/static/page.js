// What the page's scripts share: words in the visitor's language, what the hand tells the server,
// live regions, files dropped anywhere. `seeWords` (every language's words) stands in the head.
window.see = (() => {
  const tables = window.seeWords;
  const wished = (navigator.languages ?? [navigator.language]).map((tag) => tag.split("-")[0]);
  const language = wished.find((code) => code in tables) ?? "en";
  const say = (key, values = {}) =>
    (tables[language][key] ?? tables.en[key]).replace(/\{(\w+)\}/g, (_, name) => values[name]);

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

  // The hand: what the visitor marked, and with which words it is to be heard. One hidden component
  // carries it to the server.
  const held = { marks: "", language: null, seed: null };
  let carry = () => {};
  const hand = (props) => {
    carry = () => (props.value = JSON.stringify(held));
    carry();
  };
  const tell = (changes) => {
    Object.assign(held, changes);
    carry();
  };

  // Hand a file to one of gradio's upload buttons, as if it had been chosen there.
  const give = (file, selector) => {
    const input = document.querySelector(`${selector} input[type=file]`);
    if (!input) return false;
    const transfer = new DataTransfer();
    // Equal files would share one place on the server: a name of its own keeps them apart.
    const name = `${Math.random().toString(36).slice(2, 8)}-${file.name}`;
    transfer.items.add(new File([file], name, { type: file.type }));
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  };

  const live = (id) => {
    const element = document.getElementById(id);
    if (!element || element.hasAttribute("aria-live")) return;
    element.setAttribute("aria-live", "polite");
    element.setAttribute("aria-atomic", "true");
  };
  new MutationObserver(() => {
    ["status", "heard"].forEach(live);
    document.documentElement.lang = language;
  }).observe(document, { childList: true, subtree: true });

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#draw, button.example, .shelf button")) reveal("#stage");
    const guess = event.target.closest?.("[data-language]");
    if (guess) window.see.again?.(guess.dataset.language);
  });

  const kind = (items) => {
    const types = [...(items ?? [])].map((item) => item.type);
    if (types.includes("image/png")) return "picture";
    return types.some((type) => /^(audio|video)\//.test(type)) ? "recording" : "";
  };
  const over = (shown) => document.documentElement.classList.toggle("file-over", shown);
  document.documentElement.style.setProperty("--drop-words", JSON.stringify(say("drop")));
  document.addEventListener(
    "dragover",
    (event) => {
      if (!kind(event.dataTransfer?.items)) return;
      event.preventDefault();
      event.stopPropagation();
      over(true);
    },
    true,
  );
  document.addEventListener("dragleave", (event) => event.relatedTarget || over(false), true);
  document.addEventListener(
    "drop",
    (event) => {
      over(false);
      const what = kind(event.dataTransfer?.files);
      if (!what) return;
      event.preventDefault();
      event.stopPropagation();
      const files = [...event.dataTransfer.files];
      if (what === "picture") give(files.find((file) => file.type === "image/png"), "#restore-box");
      else window.see.heard?.(files.find((file) => /^(audio|video)\//.test(file.type)));
    },
    true,
  );

  return { say, translate, language, calm, reveal, hand, tell, held, give };
})();
