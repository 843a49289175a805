// The picture book: everything that can be drawn, by chapter; a click inserts the word into the prompt.
see.book = (element, { server }) => {
  const { say, translate, language } = see;
  const $ = (selector) => element.querySelector(selector);
  const dialog = $("dialog");
  const search = $("input");
  const PHRASES = ["places", "times", "styles"]; // they follow what is there without a comma
  let chapters = null;

  const box = () => document.querySelector("#prompt textarea");
  function insert(words, chapter) {
    const before = box().value.trim();
    const joint = !before ? "" : PHRASES.includes(chapter) && language === "en" ? " " : ", ";
    see.write(before + joint + words);
    $(".wish").textContent = box().value;
  }

  function chip(entry, chapter) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = entry.show ? `${entry.show} ${entry.name}` : entry.name;
    button.onclick = () => insert(entry.say ?? entry.name, chapter);
    return button;
  }

  function show() {
    const wanted = search.value.trim().toLowerCase();
    const sections = Object.entries(chapters ?? {}).map(([chapter, entries]) => {
      const section = document.createElement("section");
      const title = document.createElement("h3");
      title.textContent = say(`book.${chapter}`);
      const some = entries.filter(({ name, find = "" }) => `${name} ${find}`.toLowerCase().includes(wanted));
      section.append(title, ...some.map((entry) => chip(entry, chapter)));
      section.hidden = !some.length;
      return section;
    });
    $(".chapters").replaceChildren(...sections);
    if (chapters && sections.every(({ hidden }) => hidden)) $(".chapters").textContent = say("book.none");
  }

  async function open() {
    dialog.showModal();
    $(".wish").textContent = box().value;
    try {
      chapters ??= await server.book(language);
      show();
    } catch {
      $(".chapters").textContent = say("status.unsent");
    }
  }

  search.setAttribute("placeholder", say("book.search"));
  search.addEventListener("input", show);
  $("[data-do=open]").onclick = open;
  // Enter in the search field selects the first match.
  $("form").addEventListener("submit", (event) => {
    event.preventDefault();
    $(".chapters section:not([hidden]) button")?.click();
  });
  // Escape closes the book at once instead of clearing the search first.
  search.addEventListener("keydown", (event) => event.key === "Escape" && dialog.close());
  $(".close").onclick = () => dialog.close();
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  see.hasBook = () => ($("[data-do=open]").hidden = false);
  translate(element);
};
