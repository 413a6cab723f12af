// The page's own script: plotly is unpacked when the first figure comes near, and code is shown on request.
const figures = JSON.parse(document.getElementById("ecrm-figures").textContent);
const packed = document.getElementById("ecrm-plotly");
let library;

async function unpack() {
  const text = atob(packed.textContent);
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const source = await new Response(stream).blob();
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  await new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: url, onload: resolve, onerror: reject });
    document.head.append(script);
  });
  URL.revokeObjectURL(url);
  return window.Plotly;
}

async function draw(box) {
  if (box.dataset.asked || !packed || typeof DecompressionStream === "undefined") return; // its words stay
  box.dataset.asked = "yes";
  const plotly = await (library ??= unpack());
  const { data, layout, config } = figures[box.dataset.figure];
  const place = document.createElement("div");
  place.setAttribute("aria-hidden", "true"); // the words beside it say what it shows
  box.append(place);
  await plotly.newPlot(place, data, layout, config);
  box.classList.add("drawn");
}

const boxes = [...document.querySelectorAll("[data-figure]")];
const near = new IntersectionObserver(
  (seen) => seen.filter((one) => one.isIntersecting).forEach((one) => draw(one.target)),
  { rootMargin: "600px" },
);
boxes.forEach((box) => near.observe(box));

const code = document.getElementById("ecrm-code");
code.addEventListener("change", () => document.body.classList.toggle("code", code.checked));
const contents = document.querySelector(".toc");
if (window.matchMedia("(max-width: 1099px)").matches) contents.open = false;
contents.addEventListener("click", (event) => {
  if (event.target.closest("a") && window.matchMedia("(max-width: 1099px)").matches) contents.open = false;
});

window.addEventListener("beforeprint", () => {
  document.querySelectorAll("main details").forEach((fold) => (fold.open = true));
  boxes.forEach(draw);
});
