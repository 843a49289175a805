// Three things the page does by itself: it announces its progress, takes a picture dropped anywhere,
// and says so while the picture hovers above it.
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
      const input = document.querySelector("#restore input[type=file], input#restore");
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
