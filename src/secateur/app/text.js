// Shows runs of a document's text; marked runs can be clicked or chosen with the keyboard.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("[data-root]");
  const moved = root.dataset.place !== data.place;
  const top = moved ? 0 : root.scrollTop;
  root.className = "text";
  root.tabIndex = 0;
  root.setAttribute("role", "region");
  root.setAttribute("aria-label", "Document text");
  root.dataset.place = data.place;
  const focused = root.getRootNode().activeElement?.dataset.key;
  root.replaceChildren(...data.runs.map((run) => piece(run, setTriggerValue)));
  root.scrollTop = top;
  const chosen = root.querySelector("mark.selected");
  if (chosen) bringIntoView(root, chosen);
  // Built anew, the mark that the keyboard was on would leave it at the page's beginning.
  const again = [...root.children].find((element) => element.dataset.key === focused);
  if (focused !== undefined) again?.focus({ preventScroll: true });
}

function piece({ text, mark }, setTriggerValue) {
  if (!mark) return document.createTextNode(text);
  const element = document.createElement("mark");
  element.textContent = text;
  element.title = mark.title;
  element.tabIndex = 0;
  element.dataset.key = mark.key;
  element.setAttribute("role", "button");
  element.setAttribute("aria-label", `${text}: ${mark.title}`);
  element.style.setProperty("--hue", mark.colour);
  element.style.setProperty("--strength", mark.strength);
  element.classList.toggle("selected", mark.selected);
  element.classList.toggle("quiet", mark.quiet);
  if (mark.tag) {
    const tag = document.createElement("span");
    tag.className = "tag";
    tag.textContent = mark.tag;
    element.append(tag);
  }
  const choose = () => setTriggerValue("clicked", mark.key);
  element.onclick = choose;
  element.onkeydown = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    choose();
  };
  return element;
}

// Scrolls the text into the part of it that the window shows; the whole page only if that fails.
function bringIntoView(root, element) {
  const box = root.getBoundingClientRect();
  const top = Math.max(box.top, 0);
  const bottom = Math.min(box.bottom, window.innerHeight);
  const place = element.getBoundingClientRect();
  if (place.top >= top && place.bottom <= bottom) return;
  root.scrollTop += place.top - top - Math.max(bottom - top, 0) / 3;
  if (element.getBoundingClientRect().bottom > window.innerHeight) {
    element.scrollIntoView({ block: "nearest" });
  }
}
