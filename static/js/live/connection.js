/** The WebSocket: one acknowledgement a snapshot, and back again by itself when it breaks. */
import { Link } from "./link.js";

const TICK = 250; // ms

/**
 * @param {string} path
 * @param {{onMessage: (message: any) => void, onBack: (away: number) => void, onTick: (link: Link, now: number) => void}} on
 */
export function connect(path, on) {
  const address = new URL(path, location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const now = () => performance.now();
  const link = new Link(Math.random, now());
  /** @type {WebSocket | null} */
  let socket = null;

  function open() {
    link.begin(now());
    const mine = new WebSocket(address);
    socket = mine;
    mine.onmessage = ({ data }) => socket === mine && receive(JSON.parse(data));
    mine.onclose = ({ code }) => socket === mine && closed(code);
  }

  function closed(code) {
    socket = null;
    link.closed(now(), code);
    on.onTick(link, now());
  }

  function receive(message) {
    if (message.type === "snapshot") {
      send({ type: "ack", seq: message.seq });
      const away = link.heard(now());
      on.onMessage(message);
      if (away !== null) on.onBack(away);
    } else on.onMessage(message);
  }

  function send(message) {
    if (socket?.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(message));
    return true;
  }

  function giveUp() {
    // A hung peer never answers a close: leave it behind rather than wait for it.
    const old = socket;
    closed(1006);
    old?.close();
  }

  function tick() {
    const todo = link.tick(now());
    if (todo === "connect") open();
    else if (todo === "give up") giveUp();
    on.onTick(link, now());
  }

  function retry() {
    if (link.retryAt !== null) link.retryAt = now();
    tick();
  }

  open();
  setInterval(tick, TICK);
  addEventListener("online", retry);
  return { send, retry, isOpen: () => socket?.readyState === WebSocket.OPEN && link.state === "live" };
}
