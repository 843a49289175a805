// The shelf: the visitor's pictures, kept in this tab's session storage as the PNG files they are.
see.shelf = (element) => {
  const { say } = see;
  const list = element.querySelector(".list");
  const KEY = "speak-and-see-it";
  const MOST = 48;
  let pictures = [];
  try {
    pictures = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
  } catch {
    // Storage that cannot be read is empty storage.
  }

  function store() {
    while (pictures.length) {
      try {
        return sessionStorage.setItem(KEY, JSON.stringify(pictures));
      } catch {
        pictures.pop(); // full, or not allowed: the oldest goes
      }
    }
  }

  const names = new Intl.DisplayNames([see.language], { type: "language", fallback: "code" });
  const named = (code) => {
    try {
      return names.of(code);
    } catch {
      return code;
    }
  };

  function card({ src, prompt, language, seed, steps, percent }) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    const image = Object.assign(new Image(), { src, alt: "", loading: "lazy" });
    const words = Object.assign(document.createElement("span"), { textContent: prompt });
    const facts = document.createElement("small");
    facts.textContent = [language && named(language), say("shelf.facts", { seed, steps, percent })]
      .filter(Boolean)
      .join(" · ");
    button.append(image, words, facts);
    button.setAttribute("aria-label", `${say("shelf.item", { prompt })} · ${facts.textContent}`);
    button.title = prompt;
    button.onclick = async () => {
      const number = see.next();
      const blob = await (await fetch(src)).blob();
      see.send("restore", new File([blob], "picture.png", { type: "image/png" }), { number });
    };
    item.append(button);
    return item;
  }

  function show() {
    list.replaceChildren(...pictures.map(card));
    element.querySelector(".none").hidden = pictures.length > 0;
  }

  see.keep = ({ status, ...entry }) => {
    pictures = [entry, ...pictures.filter(({ src }) => src !== entry.src)].slice(0, MOST);
    store();
    show();
  };
  see.translate(element);
  show();
};
