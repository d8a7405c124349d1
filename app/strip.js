// Draws for each layer a strip over the document: bars for attention, shade for what was read.
const HEIGHT = 34;

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("[data-root]");
  root.className = "strips";
  root.replaceChildren(...data.layers.map((layer) => row(layer, data, setTriggerValue)));
  const draw = () => {
    for (const canvas of root.querySelectorAll("canvas")) paint(canvas, data);
  };
  draw();
  const watch = new ResizeObserver(draw);
  watch.observe(root);
  return () => watch.disconnect();
}

function row(layer, data, setTriggerValue) {
  const element = document.createElement("div");
  const name = document.createElement("span");
  name.textContent = `${layer.name} · ${layer.note}`;
  const canvas = document.createElement("canvas");
  canvas.height = HEIGHT;
  canvas.strip = layer;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${layer.name}: ${layer.note}. ${layer.said}`);
  canvas.onclick = (event) => {
    const share = event.offsetX / canvas.clientWidth;
    setTriggerValue("clicked", String(Math.floor(share * data.length)));
  };
  element.append(name, canvas);
  return element;
}

function paint(canvas, data) {
  const { mass, kept } = canvas.strip;
  const style = getComputedStyle(canvas);
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.max(canvas.clientWidth * scale, 1);
  canvas.height = HEIGHT * scale;
  const pen = canvas.getContext("2d");
  const step = canvas.width / mass.length;
  mass.forEach((share, number) => {
    pen.fillStyle = style.getPropertyValue("--read");
    pen.globalAlpha = 0.3 * Math.sqrt(kept[number]);
    pen.fillRect(number * step, 0, step, canvas.height);
    pen.globalAlpha = 1;
    const tall = canvas.height * Math.sqrt(share / data.most);
    pen.fillRect(number * step, canvas.height - tall, Math.max(step - 0.5, 1), tall);
  });
  pen.fillStyle = style.getPropertyValue("--here");
  const at = data.here * canvas.width;
  pen.fillRect(at - scale, 0, 2 * scale, canvas.height);
}
