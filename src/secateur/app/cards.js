// Shows entries of a list as buttons.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("[data-root]");
  root.className = "cards";
  const focused = root.getRootNode().activeElement?.dataset.key;
  root.replaceChildren(...data.cards.map((card) => button(card, setTriggerValue)));
  // Built anew, the card that the keyboard was on would leave it at the page's beginning.
  const again = [...root.children].find((element) => element.dataset.key === focused);
  if (focused !== undefined) again?.focus({ preventScroll: true });
}

function button(card, setTriggerValue) {
  const element = document.createElement("button");
  element.type = "button";
  element.dataset.key = card.key;
  element.setAttribute("aria-pressed", String(card.selected));
  element.onclick = () => setTriggerValue("clicked", card.key);
  element.append(line("entry", card.text));
  if (card.detail) element.append(line("detail", card.detail));
  for (const flag of card.flags) element.append(line("flag", `⚠ ${flag}`));
  return element;
}

function line(kind, text) {
  const element = document.createElement("span");
  element.className = kind;
  element.textContent = text;
  return element;
}
