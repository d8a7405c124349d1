// Draws for each layer a strip over the document: bars for attention, shade for what was read.
// A click, or Enter where the arrow keys have led, goes to the place in the document.
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
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "slider");
  canvas.setAttribute("aria-label", `${layer.name}: ${layer.note}. ${layer.said}`);
  const last = layer.mass.length - 1;
  canvas.setAttribute("aria-valuemin", 0);
  canvas.setAttribute("aria-valuemax", last);
  const move = (bar) => {
    canvas.bar = Math.min(Math.max(bar, 0), last);
    canvas.setAttribute("aria-valuenow", canvas.bar);
    const parts = `${canvas.bar + 1} of ${last + 1}`;
    const share = (100 * layer.mass[canvas.bar]).toFixed(1);
    canvas.setAttribute("aria-valuetext", `part ${parts}, ${share} % of the attention`);
    paint(canvas, data);
  };
  move(Math.floor(data.here * (last + 1)));
  const go = (share) => setTriggerValue("clicked", String(Math.floor(share * data.length)));
  canvas.onclick = (event) => go(event.offsetX / canvas.clientWidth);
  canvas.onkeydown = (event) => {
    const to = { ArrowLeft: canvas.bar - 1, ArrowRight: canvas.bar + 1, Home: 0, End: last };
    if (event.key in to) move(to[event.key]);
    else if (event.key === "Enter") go((canvas.bar + 0.5) / (last + 1));
    else return;
    event.preventDefault();
  };
  canvas.onfocus = canvas.onblur = () => paint(canvas, data);
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
  if (canvas.matches(":focus")) pen.strokeRect(canvas.bar * step, 0, step, canvas.height);
}
