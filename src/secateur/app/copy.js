// A button that puts a text on the clipboard and says so.
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector("[data-root]");
  root.className = "copy";
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = data.label;
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(data.text);
      said.textContent = "Copied";
    } catch {
      said.textContent = "The browser did not allow it; select the text instead.";
    }
    setTimeout(() => (said.textContent = ""), 4000);
  };
  root.replaceChildren(button, said);
}
