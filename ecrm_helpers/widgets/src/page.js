// Runs widgets from their saved state, with no kernel and no server. Not bundled: save.py copies it as it is.
const saved = JSON.parse(document.getElementById("ecrm-state").textContent);

function bytes(base64) {
  const text = atob(base64);
  const array = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) array[i] = text.charCodeAt(i);
  return new DataView(array.buffer);
}

function makeModel({ state, buffers = [] }) {
  for (const { path, data } of buffers) {
    const parent = path.slice(0, -1).reduce((node, key) => node[key], state);
    parent[path.at(-1)] = bytes(data);
  }
  const heard = new Map();
  const listeners = (event) => heard.get(event) ?? heard.set(event, new Set()).get(event);
  return {
    get: (key) => state[key],
    set(key, value) {
      if (state[key] === value) return;
      state[key] = value;
      for (const listener of listeners(`change:${key}`)) listener();
    },
    on: (event, listener) => void listeners(event).add(listener),
    off: (event, listener) => void listeners(event).delete(listener),
    save_changes() {},
    send() {},
  };
}

for (const el of document.querySelectorAll("[data-model]")) {
  const record = saved.state[el.dataset.model];
  if (!document.getElementById(record.state._css_key)) {
    const sheet = Object.assign(document.createElement("style"), { id: record.state._css_key });
    sheet.textContent = saved.styles[record.state._css_key];
    document.head.append(sheet);
  }
  const source = new Blob([saved.scripts[record.state._esm_key]], { type: "text/javascript" });
  const url = URL.createObjectURL(source);
  const { default: widget } = await import(url);
  URL.revokeObjectURL(url);
  await widget.render({ model: makeModel(record), el });
}
