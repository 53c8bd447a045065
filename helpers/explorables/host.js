// The host: what a static page needs in place of a kernel. It finds the element just before this script;
// the view stands in front of it, by the name `view`.
const place = [...document.querySelectorAll(`.explorable[data-explorable]:not([data-alive])`)].find(
  (element) => element.querySelector('script[type="application/json"]'),
);
const state = JSON.parse(place.querySelector("script").textContent);
const listeners = {};
const emit = (event) => (listeners[event] ?? []).forEach((listener) => listener());
const model = {
  inPage: true,
  get: (name) => state[name],
  set(name, value) {
    if (Object.is(state[name], value)) return;
    state[name] = value;
    emit(`change:${name}`);
    emit("change");
  },
  save_changes() {},
  on: (event, listener) => (listeners[event] ??= []).push(listener),
  off: (event, listener) =>
    (listeners[event] = (listeners[event] ?? []).filter((other) => other !== listener)),
};
place.dataset.alive = "yes";
place.model = model;
place.replaceChildren();
view.render({ model, el: place });
