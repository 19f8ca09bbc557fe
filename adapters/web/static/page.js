// Shows rooms live. Messages come rendered and escaped from the server; nothing here makes
// HTML out of words.

const CANNOT_TELL =
  "We cannot show that this reached Lanyard. Send it again; nothing is sent twice. " +
  "Child in danger now? Ring 999, then speak to the DSL in person.";
const TIMEOUT = 15_000;
const FOLLOWING = 3_000;

const main = document.querySelector("main");
const connection = document.getElementById("connection");
const panes = new Set();
let source = null;

// Half-typed words of a room: they last as long as the tab, and no longer. A browser may refuse.
function draft(room) {
  try {
    return sessionStorage.getItem(`draft ${room}`) ?? "";
  } catch {
    return "";
  }
}

function keepDraft(room, words) {
  try {
    if (words) sessionStorage.setItem(`draft ${room}`, words);
    else sessionStorage.removeItem(`draft ${room}`);
  } catch {
    // The words stay in the box.
  }
}

// One room on the page: its messages, and the box to write in.
class Pane {
  constructor(column, { tray = false } = {}) {
    this.column = column;
    this.shown = new Map();
    this.acted = -FOLLOWING;
    this.following = false;
    this.root = document.getElementById("pane").content.firstElementChild.cloneNode(true);
    this.find = (selector) => this.root.querySelector(selector);
    this.log = this.find(".log");
    this.box = this.find("textarea");
    this.box.id = `say-${column.number}${tray ? "-own" : ""}`;
    this.find(".composer label").htmlFor = this.box.id;
    this.root.classList.toggle("tray", tray);
    this.find(".tray-bar").hidden = !tray;
    this.find(".close").addEventListener("click", () => column.closeTray());
    this.find("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.say();
    });
    this.box.addEventListener("input", () => keepDraft(this.room, this.box.value));
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.say();
    });
    this.log.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-press]");
      if (button) this.press(button);
    });
    this.find(".below").addEventListener("click", () => {
      this.log.scrollTop = this.log.scrollHeight;
      this.log.focus({ preventScroll: true });
    });
    this.log.addEventListener("scroll", () => this.mark());
    for (const moved of ["wheel", "touchmove", "keydown"]) {
      this.log.addEventListener(moved, () => (this.following = false), { passive: true });
    }
    panes.add(this);
  }

  // Turn to a room, acting as one of its members.
  enter(room, title, account, name, own) {
    if (this.room !== room) {
      this.shown.clear();
      this.log.replaceChildren();
      this.box.value = draft(room);
      this.fill = true;
    }
    Object.assign(this, { room, account, own });
    this.log.setAttribute("aria-label", own ? `${title}: messages with Lanyard` : title);
    this.find(".tray-title").textContent = `Only ${name} sees this`;
    this.find(".composer label").textContent = own
      ? `Write to Lanyard as ${name}`
      : `Write here as ${name}; begin with @Lanyard to ask it`;
    this.trouble("");
  }

  // The whole room, at first and after a gap. The first filling is not read aloud.
  catchUp(messages) {
    this.log.setAttribute("aria-busy", String(Boolean(this.fill)));
    for (const each of messages) this.show(each, Boolean(this.fill));
    this.find(".empty").textContent = this.own
      ? "Child in danger now? Ring 999. To raise an alarm, type “report”, or say what worries you. You can also ask about the policy."
      : "Nothing here yet.";
    this.find(".empty").hidden = this.shown.size > 0;
    if (this.fill) this.toEnd();
    this.mark();
    this.fill = false;
    requestAnimationFrame(() => this.log.removeAttribute("aria-busy"));
  }

  // Put a message in its place, new or redrawn.
  show({ id, html }, quietly = false) {
    const old = this.shown.get(id);
    if (old?.html === html) return;
    const atEnd = this.left() < 80;
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const node = holder.content.firstElementChild;
    if (!quietly) node.classList.add("fresh-message");
    this.shown.set(id, { html, node });
    if (old) {
      const focused = old.node.contains(document.activeElement);
      old.node.replaceWith(node);
      if (focused) node.focus({ preventScroll: true });
    } else {
      this.log.append(node);
    }
    this.find(".empty").hidden = true;
    if (quietly) return;
    const acting = this.following && performance.now() - this.acted < FOLLOWING;
    if (acting && (!this.begin || this.begin === old?.node)) this.begin = node;
    const begin = acting ? this.begin : old ? this.log.lastElementChild : node;
    if (acting || atEnd) this.toEnd(begin);
    this.mark();
    this.column.freshen();
  }

  // To the end of the room, but not past the top of what is new: it is read from its beginning.
  toEnd(begin = this.log.lastElementChild) {
    this.log.scrollTop = this.log.scrollHeight;
    if (begin) this.log.scrollTop = Math.min(this.log.scrollTop, begin.offsetTop - 8);
  }

  // How much of the room is below what can be seen.
  left() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight;
  }

  // Say that there is more, and how many choices: the one in sight must not seem the only one.
  mark() {
    const edge = this.log.getBoundingClientRect().bottom;
    const buttons = this.log.lastElementChild?.querySelectorAll("button") ?? [];
    const unseen = [...buttons].filter((each) => each.getBoundingClientRect().top >= edge).length;
    const choices = unseen === 1 ? "1 more choice" : `${unseen} more choices`;
    this.find(".below").textContent = unseen ? `More below: ${choices}` : "More below";
    this.find(".below").hidden = this.left() < 80;
  }

  // Whoever wrote or pressed wants to see what comes of it, until they look elsewhere.
  act() {
    this.acted = performance.now();
    this.begin = null;
    this.following = true;
  }

  trouble(words) {
    this.find(".trouble").textContent = words;
  }

  async say() {
    const text = this.box.value;
    if (this.sending || !text.trim()) return;
    // The same words sent again after a fault are the same submission.
    if (this.pending?.text !== text) this.pending = { text, key: crypto.randomUUID() };
    this.sending = true;
    const { room } = this;
    const sent = await this.send({ text, key: this.pending.key });
    this.sending = false;
    if (sent && draft(room) === text) keepDraft(room, "");
    if (!sent || this.room !== room) return;
    if (this.box.value === text) this.box.value = "";
    this.pending = null;
  }

  async press(button) {
    const card = button.closest("[data-id]");
    if (card.dataset.pressed) return;
    card.dataset.pressed = "yes";
    button.setAttribute("aria-disabled", "true");
    button.dataset.key ||= crypto.randomUUID();
    const { press, key } = button.dataset;
    if (await this.send({ press, message: card.dataset.id, key })) delete button.dataset.key;
    delete card.dataset.pressed;
    button.removeAttribute("aria-disabled");
  }

  async send(what) {
    this.trouble("");
    this.act();
    const { room, account } = this;
    try {
      const response = await fetch("/say", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ as: account, room, ...what }),
        signal: AbortSignal.timeout(TIMEOUT),
      });
      const answer = await response.json();
      if (!response.ok) {
        this.trouble(answer.error ?? CANNOT_TELL);
        return false;
      }
      if (answer.answers.length && answer.room !== room) this.column.openTray(account);
      return true;
    } catch {
      this.trouble(CANNOT_TELL);
      return false;
    }
  }
}

// One column: a room chosen above it, and below a channel what Lanyard says to one member alone.
class Column {
  constructor(root) {
    this.root = root;
    this.number = Number(root.dataset.column) + 1;
    this.select = root.querySelector(".show");
    this.as = root.querySelector(".as");
    this.tab = document.querySelector(`[data-tab="${root.dataset.column}"]`);
    this.pane = new Pane(this);
    this.tray = null;
    root.querySelector(".panes").append(this.pane.root);
    this.select.addEventListener("change", () => {
      this.turn();
      remember();
      listen();
    });
    this.as.addEventListener("change", () => {
      this.closeTray();
      this.enter();
    });
    this.tab.addEventListener("click", () => bringForward(this));
    this.turn();
  }

  // Show the room that is selected.
  turn() {
    const { title, about, own, members } = this.select.selectedOptions[0].dataset;
    this.members = JSON.parse(members);
    this.title = title;
    this.own = own === "yes";
    this.root.querySelector("h2").textContent = title;
    this.root.querySelector(".about").textContent = about;
    this.tab.querySelector(".tab-title").textContent = title;
    this.root.querySelector(".acting").hidden = this.own;
    this.as.replaceChildren(
      ...Object.entries(this.members).map(([account, name]) => new Option(name, account)),
    );
    this.closeTray();
    this.enter();
  }

  enter() {
    const account = this.as.value;
    this.pane.enter(this.select.value, this.title, account, this.members[account], this.own);
  }

  // What Lanyard says to one member of a channel, beside the channel.
  openTray(account) {
    if ([...panes].some((pane) => pane.room === `dm:${account}` && pane.column === this)) return;
    this.tray = new Pane(this, { tray: true });
    this.tray.enter(`dm:${account}`, this.members[account], account, this.members[account], true);
    this.root.querySelector(".panes").append(this.tray.root);
    this.root.classList.add("with-tray");
    listen();
  }

  closeTray() {
    if (!this.tray) return;
    panes.delete(this.tray);
    this.tray.root.remove();
    this.tray = null;
    this.root.classList.remove("with-tray");
    this.pane.log.focus({ preventScroll: true });
  }

  // On a narrow screen, say on the tab that something came.
  freshen() {
    if (main.dataset.showing !== this.root.dataset.column) {
      this.tab.querySelector(".fresh").hidden = false;
    }
  }
}

function bringForward(column) {
  main.dataset.showing = column.root.dataset.column;
  for (const each of columns) each.tab.setAttribute("aria-pressed", String(each === column));
  column.tab.querySelector(".fresh").hidden = true;
  for (const pane of panes) if (pane.column === column) pane.toEnd();
}

// The address names the rooms, so that reloading or a bookmark shows the same ones.
function remember() {
  const rooms = columns.map((column) => ["show", column.select.value]);
  history.replaceState(null, "", `?${new URLSearchParams(rooms)}`);
}

// Listen to every room on the page. The server sends each room whole first, so that whatever
// was missed while nobody listened is there as well.
function listen() {
  source?.close();
  const rooms = [...new Set([...panes].map((pane) => pane.room))];
  source = new EventSource(`/events?${new URLSearchParams(rooms.map((room) => ["room", room]))}`);
  const mine = source;
  source.addEventListener("room", (event) => {
    const { room, messages, whole } = JSON.parse(event.data);
    connect(whole ? "" : "The database does not answer. Some messages may be missing.");
    for (const pane of panes) if (pane.room === room) pane.catchUp(messages);
  });
  source.addEventListener("message", (event) => {
    const message = JSON.parse(event.data);
    for (const pane of panes) if (pane.room === message.room) pane.show(message);
  });
  source.addEventListener("error", () => {
    if (mine !== source) return;
    connect("Connection lost. Trying again.");
    if (mine.readyState === EventSource.CLOSED) setTimeout(() => mine === source && listen(), 2000);
  });
}

function connect(trouble) {
  connection.classList.toggle("lost", Boolean(trouble));
  const words = trouble || "Connected";
  if (connection.textContent !== words) connection.textContent = words;
}

const columns = [...document.querySelectorAll(".column")].map((root) => new Column(root));
listen();
