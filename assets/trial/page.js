'use strict';
// The page of a trial: tries each subject until it works, and reports every result to the host.
const trial = JSON.parse(document.getElementById('trial').textContent);
const patience = 8000;
// A bridge that nobody has used yet needs some seconds for the first conference.
const callPatience = 20000;
const pause = 3000;
// A phone loses some while it changes its network.
const mostLostReports = 5;
let isOver = false;

const wait = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
const inTime = (promise, late, limit = patience) => Promise.race([promise, wait(limit).then(() => late)]);

/** Returns whether a port answers over HTTP, with the answer that only this host gives. */
async function tryFetch({url}) {
  const answer = await fetch(url, {cache: 'no-store'});
  return answer.status === 204;
}

function tryWebSocket({url, protocol}) {
  return new Promise(resolve => {
    const socket = new WebSocket(url, protocol);
    socket.onopen = () => {
      resolve(true);
      socket.close();
    };
    socket.onerror = () => resolve(false);
  });
}

/** Returns whether the browser offers to send over UDP: a policy or an extension may forbid it. */
const sendsUdp = ({localDescription}) => / udp .* typ host/i.test(localDescription.sdp);

/** Returns whether a server of STUN or TURN gives this browser a candidate of a type, or `unsent`. */
async function tryCandidate({servers, policy, type}) {
  const connection = new RTCPeerConnection({iceServers: servers, iceTransportPolicy: policy});
  const start = Date.now();
  let hasFailed = false;
  const found = new Promise(resolve => {
    connection.onicecandidateerror = () => (hasFailed = true);
    connection.onicecandidate = ({candidate}) => {
      if (candidate && candidate.candidate.includes(' typ ' + type)) resolve(true);
      // Without NAT there is no such candidate: an early end without an error shows that the server answered.
      if (!candidate && type === 'srflx')
        resolve(sendsUdp(connection) ? !hasFailed && Date.now() - start < 3000 : 'unsent');
    };
  });
  try {
    connection.createDataChannel('trial');
    await connection.setLocalDescription(await connection.createOffer());
    const works = await inTime(found, false);
    // The relay's part of the exchange proves it to the host, too: it takes two answers.
    if (works === true && servers.length > 1) await wait(1000);
    return works;
  } finally {
    connection.close();
  }
}

/** Returns whether the bridge answers a connectivity check of this browser, as in a meeting, or `unsent`. */
async function tryBridge({url}) {
  const answer = await fetch(url, {cache: 'no-store'});
  if (answer.status !== 200) return false;
  const {sdp} = await answer.json();
  const connection = new RTCPeerConnection();
  try {
    await connection.setRemoteDescription({type: 'offer', sdp});
    await connection.setLocalDescription(await connection.createAnswer());
    for (let left = patience; left > 0; left -= 250) {
      const pairs = [...(await connection.getStats()).values()].filter(({type}) => type === 'candidate-pair');
      if (pairs.some(({state, responsesReceived}) => state === 'succeeded' || responsesReceived > 0)) return true;
      await wait(250);
    }
    return sendsUdp(connection) ? false : 'unsent';
  } finally {
    connection.close();
  }
}

/** Returns whether enough of a download arrived in time, and reports how fast: the server's line, or this one, sets the limit. */
async function tryLine({url}) {
  const reader = (await fetch(url, {cache: 'no-store'})).body.getReader();
  const start = performance.now();
  let bytes = 0;
  for (let isDone = false; !isDone && performance.now() - start < patience; ) {
    const {done, value} = await reader.read();
    isDone = done;
    bytes += value ? value.length : 0;
  }
  const time = Math.max(1, Math.round(performance.now() - start));
  void reader.cancel();
  return (await fetch(url + '/' + bytes + '/' + time, {method: 'POST', cache: 'no-store'})).status === 204;
}

const ways = {line: tryLine, fetch: tryFetch, websocket: tryWebSocket, candidate: tryCandidate, bridge: tryBridge};

const firstWords = way => (way === 'line' ? 'not measured' : 'trying …');

function draw({states, verdict}) {
  for (const {id, way} of trial.subjects) {
    const line = document.getElementById(id).lastElementChild;
    const {state, text} = states[id] ?? {state: 'trying', text: firstWords(way)};
    line.textContent = text;
    line.className = state;
  }
  document.getElementById('verdict').textContent = verdict;
}

/** Reports a result; returns what the host knows of all subjects by now. Only a refusal, or silence again and again, ends the trial. */
async function report(id, works) {
  const said = works === 'unsent' ? works : works ? 'open' : 'closed';
  const url = trial.base + '/said/' + id.replace('/', '-') + '/' + said;
  for (let left = mostLostReports; left > 0; left--) {
    const known = await inTime(post(url), undefined).catch(() => undefined);
    if (known === 'refused') break;
    if (known !== undefined) return known;
    await wait(pause);
  }
  throw new Error('the trial is over');
}

async function post(url) {
  const answer = await fetch(url, {method: 'POST', cache: 'no-store'});
  return answer.ok ? answer.json() : 'refused';
}

async function work(subject) {
  while (!isOver) {
    const limit = subject.way === 'bridge' ? callPatience : patience + 4000;
    const works = await inTime(ways[subject.way](subject), false, limit).catch(() => false);
    const known = await report(subject.id, works);
    draw(known);
    // The visitor agrees to each download.
    if ((known.states[subject.id] ?? {}).state === 'open' || subject.way === 'line') return;
    await wait(pause);
  }
}

const list = document.getElementById('subjects');
for (const {id, name, way} of trial.subjects) {
  const item = list.appendChild(document.createElement('li'));
  item.id = id;
  item.appendChild(document.createElement('b')).textContent = name;
  item.appendChild(document.createElement('span')).textContent = firstWords(way);
}
/** Works on a subject until the host no longer listens. */
function begin(subject) {
  return work(subject).catch(() => {
    isOver = true;
    const verdict = document.getElementById('verdict');
    if (verdict.textContent === '') verdict.textContent = 'The host no longer listens: look at its terminal.';
  });
}

function offerDownload(subject) {
  const button = document.createElement('button');
  button.textContent = 'Measure: downloads up to 8 MB';
  button.onclick = async () => {
    button.disabled = true;
    await begin(subject);
    button.disabled = isOver;
  };
  document.getElementById(subject.id).firstElementChild.after(button);
}

for (const subject of trial.subjects) {
  if (subject.way === 'line') offerDownload(subject);
  else void begin(subject);
}
