// What the page does by itself: it announces its progress, brings the picture into view when one is
// asked for, records anew at one click, and takes a picture dropped anywhere.
(() => {
  const live = (id) => {
    const element = document.getElementById(id);
    if (element && !element.hasAttribute("aria-live")) {
      element.setAttribute("aria-live", "polite");
      element.setAttribute("aria-atomic", "true");
    }
    return element;
  };
  new MutationObserver(() => ["status", "heard"].forEach(live)).observe(document, {
    childList: true,
    subtree: true,
  });

  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("#draw, button.example, #shelf button")) return;
    const behavior = calm.matches ? "auto" : "smooth";
    document.getElementById("picture")?.scrollIntoView({ block: "nearest", behavior });
  });

  // Clear the last recording, if there is one, and press Record as soon as it is there again.
  window.speakAgain = () => {
    const press = (selector) => {
      const button = document.querySelector(selector);
      if (button) button.click();
      return Boolean(button);
    };
    const recorder = "#audio .record-button";
    press("#audio [data-testid=source-select] [aria-label='Record audio']");
    if (!document.querySelector(recorder)) press("#audio [aria-label=Clear]");
    let tries = 40;
    const timer = setInterval(() => (press(recorder) || !--tries) && clearInterval(timer), 50);
  };

  const pictureIn = (transfer) =>
    [...(transfer?.items ?? [])].some((item) => item.kind === "file" && item.type === "image/png");

  const over = (shown) => document.documentElement.classList.toggle("picture-over", shown);

  document.addEventListener(
    "dragover",
    (event) => {
      if (!pictureIn(event.dataTransfer)) return;
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
      const input = document.querySelector("#shelf-heading input[type=file]");
      const picture = [...event.dataTransfer.files].find((file) => file.type === "image/png");
      if (!picture || !input) return;
      event.preventDefault();
      event.stopPropagation();
      const transfer = new DataTransfer();
      transfer.items.add(picture);
      input.files = transfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    },
    true,
  );
})();
