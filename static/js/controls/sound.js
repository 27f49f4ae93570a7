/** A short sound at a page, where somebody has asked for it; kept in this browser. */
import { say } from "../lib/dom.js";
import { t } from "../lib/strings.js";

const KEY = "ironclad.sound";
const NOTES = [[880, 0], [660, 0.22]]; // Hz, seconds after the start
const LENGTH = 0.2; // seconds
const LOUD = 0.15; // of what the speaker can

/** @param {HTMLButtonElement | null} button @returns {() => void} plays it, if it is on */
export function createSound(button) {
  let on = kept() === "on";
  /** @type {AudioContext | null} */
  let audio = null;

  function show() {
    if (!button) return;
    button.setAttribute("aria-pressed", String(on));
    say(button, t(on ? "sound.on" : "sound.off"));
  }

  button?.addEventListener("click", () => {
    on = !on;
    keep(on ? "on" : "off");
    show();
    if (on) play(); // what it will be like; and browsers want a gesture before the first
  });

  function play() {
    if (!on) return;
    audio ??= new AudioContext();
    for (const [pitch, after] of NOTES) {
      const tone = new OscillatorNode(audio, { frequency: pitch });
      tone.connect(new GainNode(audio, { gain: LOUD })).connect(audio.destination);
      tone.start(audio.currentTime + after);
      tone.stop(audio.currentTime + after + LENGTH);
    }
  }

  show();
  return play;
}

// Without storage the choice lasts as long as the page.
function kept() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function keep(choice) {
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // as above
  }
}
