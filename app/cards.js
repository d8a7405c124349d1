// Shows entries of a list as buttons.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("[data-root]");
  root.className = "cards";
  root.replaceChildren(...data.cards.map((card) => button(card, setTriggerValue)));
}

function button(card, setTriggerValue) {
  const element = document.createElement("button");
  element.type = "button";
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
