// Recording: hold the button or the space bar, or tap to start and stop. The audio stays in this tab
// and is sent once, as a WAV file; in live mode also the audio so far, about every second.
see.talk = (element, { server }) => {
  const { say, translate, held, languages } = see;
  const $ = (selector) => element.querySelector(selector);
  const mic = $(".mic");
  const RATE = 16000;
  const TAP = 350; // milliseconds: a shorter press starts talking that a second press ends
  const SHORTEST = 0.3; // seconds
  const EVERY = 1000; // milliseconds between two looks at what was said so far
  const LONGEST = 120; // seconds
  const LIVE = 25; // newest seconds that are sent while speaking
  const SPOKEN = "speaks"; // where the browser keeps them
  const COLLECT = `registerProcessor("collect", class extends AudioWorkletProcessor {
    process([input]) { if (input[0]) this.port.postMessage(input[0].slice()); return true; }
  });`;
  let talk = null; // the recording that is going on
  let pressed = 0; // when the button or the bar went down; 0: not held
  let last = null; // the recording that was heard last: a File
  let about = {}; // what it was said to: the picture on the stage, and its marks
  let spoken = []; // the languages that the visitor says to speak

  translate(element);
  const hint = (text, kind = "") => {
    $(".hint").textContent = text;
    $(".hint").className = `hint ${kind}`;
  };
  see.lead = () => {
    const part = held.marks ? "talk.part" : "talk.hold";
    $(".lead").textContent = say(talk ? "talk.recording" : part);
    mic.setAttribute("aria-label", say(part));
    const draw = document.querySelector("#draw");
    if (draw) draw.textContent = say(held.marks ? "draw.part" : "draw");
  };
  const rest = () => {
    see.lead();
    hint(say(matchMedia("(hover: hover)").matches ? "talk.hint" : "talk.touch"));
  };

  async function open() {
    if (!navigator.mediaDevices?.getUserMedia || !window.AudioWorkletNode) throw { name: "Insecure" };
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
    const make = async (options) => {
      const context = new AudioContext(options);
      try {
        const source = context.createMediaStreamSource(stream);
        const code = URL.createObjectURL(new Blob([COLLECT], { type: "text/javascript" }));
        await context.audioWorklet.addModule(code);
        URL.revokeObjectURL(code);
        const node = new AudioWorkletNode(context, "collect");
        source.connect(node).connect(context.destination);
        await context.resume();
        return { context, node, stream };
      } catch (error) {
        await context.close();
        throw error;
      }
    };
    // Some browsers support only the microphone's native rate.
    return make({ sampleRate: RATE }).catch(() => make({}));
  }

  async function start() {
    if (talk) return;
    const seed = Math.floor(Math.random() * 2 ** 32);
    const mine = (talk = { parts: [], length: 0, over: false, seed });
    mic.setAttribute("aria-pressed", "true");
    element.classList.add("talking");
    see.lead();
    hint("");
    try {
      Object.assign(mine, await open());
    } catch (error) {
      const reasons = { NotAllowedError: "talk.denied", Insecure: "talk.insecure" };
      finish(mine);
      return hint(say(reasons[error.name] ?? "talk.none"), "error");
    }
    if (mine.over) return finish(mine);
    mine.rate = mine.context.sampleRate;
    hint(say(pressed ? "talk.release" : "talk.tap"));
    mine.node.port.onmessage = ({ data }) => {
      mine.parts.push(data);
      mine.length += data.length;
      const loud = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
      element.style.setProperty("--level", Math.min(1, loud * 8).toFixed(3));
      if (mine.length > LONGEST * mine.rate) stop();
    };
    mine.timer = setInterval(() => listen(mine), EVERY);
  }

  function finish(mine) {
    clearInterval(mine.timer);
    mine.over = true;
    mine.stream?.getTracks().forEach((track) => track.stop());
    mine.context?.close();
    if (talk === mine) talk = null;
    mic.setAttribute("aria-pressed", "false");
    element.classList.remove("talking");
    element.style.setProperty("--level", 0);
    rest();
  }

  function stop() {
    const mine = talk;
    if (!mine) return;
    if (!mine.rate) {
      mine.over = true; // the microphone is not open yet
      return;
    }
    finish(mine);
    if (mine.length < SHORTEST * mine.rate) {
      see.quiet();
      return hint(say("talk.short"), "error");
    }
    const file = new File([wav(joined(mine), mine.rate)], "voice.wav", { type: "audio/wav" });
    see.heard(file, { seed: mine.seed, live: true });
  }

  // Another request cancels the recording.
  see.hush = () => {
    if (talk?.rate) finish(talk);
    else stop();
  };

  // Entry point of all audio: spoken, opened, dropped, examples.
  see.heard = (file, { play = false, ...details } = {}) => {
    last = file;
    about = { marks: held.marks, picture: held.picture, chosen: held.chosen };
    const player = $("audio");
    URL.revokeObjectURL(player.src);
    player.src = URL.createObjectURL(file);
    player.hidden = false;
    if (play) player.play().catch(() => {});
    see.send("speak", file, details);
  };
  // Submit the same recording in another language, as addressed to the picture
  // shown at the time, not to its result.
  see.again = (language) => {
    if (last) see.send("speak", last, { ...about, language });
  };
  see.speaks = (codes) => {
    spoken = codes;
    try {
      localStorage.setItem(SPOKEN, JSON.stringify(codes));
    } catch {
      // Without storage the visitor is asked again.
    }
    const isShown = see.asked === "draw" && document.querySelector("#heard .heard:not(.empty)");
    if (!talk && (see.asked === "speak" || isShown)) see.again();
  };
  see.remembered = (known) => {
    try {
      const codes = JSON.parse(localStorage.getItem(SPOKEN));
      if (Array.isArray(codes)) spoken = codes.filter((code) => known.includes(code));
    } catch {
      // As above.
    }
    return spoken;
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("button.example");
    if (!button) return;
    const example = [...document.querySelectorAll("button.example")].indexOf(button);
    const number = see.next();
    try {
      const clip = await server.example(example);
      if (!see.isNewest(number)) return;
      const file = new File([bytes(clip.data)], clip.name, { type: "audio/ogg" });
      see.heard(file, { play: true, number });
    } catch {
      see.fail(number, say("status.unsent"));
    }
  });

  // Live mode: send only the newest audio, one call at a time.
  async function listen(mine) {
    if (mine.asking || mine.over || !$(".live input").checked) return;
    if (mine.length - (mine.asked ?? 0) < 0.5 * mine.rate) return;
    [mine.asking, mine.asked] = [true, mine.length];
    const sound = joined(mine, LIVE);
    try {
      const answer = await server.live({
        rate: mine.rate,
        pcm: text(new Uint8Array(whole(sound).buffer)),
        speaks: spoken,
        languages,
        page: document.documentElement.lang,
        seed: mine.seed,
        style: document.querySelector("#style input:checked")?.value,
        shape: document.querySelector("#shape input:checked")?.value,
      });
      if (!mine.over && answer?.prompt) see.live?.(answer);
    } catch {
      // The final picture does not depend on it.
    } finally {
      mine.asking = false;
    }
  }

  // Audio as bytes.
  function joined({ parts, length, rate }, seconds = Infinity) {
    const sound = new Float32Array(length);
    let at = 0;
    for (const part of parts) {
      sound.set(part, at);
      at += part.length;
    }
    return sound.subarray(Math.max(0, length - Math.floor(Math.min(length, seconds * rate))));
  }
  const whole = (sound) => Int16Array.from(sound, (value) => Math.max(-1, Math.min(1, value)) * 32767);
  function wav(sound, rate) {
    const view = new DataView(new ArrayBuffer(44 + 2 * sound.length));
    const letters = (at, word) => [...word].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)));
    letters(0, "RIFF");
    view.setUint32(4, 36 + 2 * sound.length, true);
    letters(8, "WAVEfmt ");
    [16, 0x10001, rate, 2 * rate].forEach((value, i) => view.setUint32(16 + 4 * i, value, true));
    view.setUint32(32, 0x100002, true);
    letters(36, "data");
    view.setUint32(40, 2 * sound.length, true);
    whole(sound).forEach((value, i) => view.setInt16(44 + 2 * i, value, true));
    return view.buffer;
  }
  const text = (data) => {
    let letters = "";
    for (let at = 0; at < data.length; at += 32768) {
      letters += String.fromCharCode(...data.subarray(at, at + 32768));
    }
    return btoa(letters);
  };
  const bytes = (letters) => Uint8Array.from(atob(letters), (c) => c.charCodeAt(0));

  // Hold or tap: with a pointer, with Enter or Space on the button, with Space anywhere it is free.
  const down = () => {
    if (talk) return stop();
    pressed = performance.now();
    start();
  };
  const up = () => {
    const long = pressed && performance.now() - pressed > TAP;
    pressed = 0;
    if (!talk) return;
    if (long) stop();
    else if (talk.rate) hint(say("talk.tap"));
  };
  mic.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    mic.focus({ preventScroll: true });
    mic.setPointerCapture(event.pointerId);
    down();
  });
  mic.addEventListener("pointerup", up);
  mic.addEventListener("pointercancel", up);
  mic.addEventListener("contextmenu", (event) => event.preventDefault());
  mic.addEventListener("click", (event) => {
    if (event.detail === 0 && !spaceDown) talk ? stop() : start(); // Enter, or a screen reader
  });
  let spaceDown = false;
  const busyWithSpace = (target) =>
    target !== mic &&
    target.closest?.(
      "input, textarea, select, button, a, audio, summary, [contenteditable], [role=application], [role=slider], [role=option], [role=listbox]",
    );
  document.addEventListener("keydown", (event) => {
    if (event.code !== "Space" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (busyWithSpace(event.target)) return;
    event.preventDefault();
    if (event.repeat || spaceDown) return;
    spaceDown = true;
    down();
  });
  document.addEventListener("keyup", (event) => {
    if (event.code !== "Space" || !spaceDown) return;
    event.preventDefault();
    spaceDown = false;
    up();
  });
  window.addEventListener("blur", () => {
    spaceDown = false;
    if (pressed) up();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !talk) return;
    if (talk.rate) finish(talk);
    else talk.over = true;
    see.quiet();
  });

  rest();
};
