'use strict';
// A simple bridge: one connection to the broker, one to the server, one command at a time, three published results.
//   node bridge.js MQTT_PORT SSH_PORT USER KEY BASE_TOPIC [no-delay]
// no-delay: turns off Nagle's algorithm, which both packages leave on. It delays a packet until the peer's kernel has acknowledged the previous one, which adds 40 or 80 ms
// to each command. Without its native part, ssh2 writes each packet in three pieces.
const fs = require('node:fs');
const mqtt = require('mqtt');
const { Client } = require('ssh2');

const [mqttPort, sshPort, username, keyFile, base, delay] = process.argv.slice(2);
const broker = mqtt.connect(`mqtt://127.0.0.1:${mqttPort}`, {
  protocolVersion: 5,
  will: { topic: `${base}/state`, payload: 'offline', qos: 1, retain: true },
});
const server = new Client();
const queue = [];
let isReady = false;
let isBusy = false;

const publish = (name, text) => broker.publish(`${base}/${name}`, text, { qos: 1, retain: true });

function next() {
  if (isBusy || !isReady || queue.length === 0) return;
  isBusy = true;
  run(queue.shift(), (status, out, err) => {
    publish('out', out);
    publish('err', err);
    publish('exec', String(status));
    isBusy = false;
    next();
  });
}

function run(command, done) {
  server.exec(command, (fault, channel) => {
    if (fault) return done('error', '', fault.message);
    const out = [];
    const err = [];
    let status = null;
    channel.on('data', (data) => out.push(data));
    channel.stderr.on('data', (data) => err.push(data));
    channel.on('exit', (code) => (status = code));
    channel.on('close', () => done(status, Buffer.concat(out).toString(), Buffer.concat(err).toString()));
  });
}

server.on('ready', () => {
  if (delay === 'no-delay') server.setNoDelay(true);
  isReady = true;
  publish('connection', 'online');
  next();
});
server.on('close', () => {
  isReady = false;
  publish('connection', 'offline');
  setTimeout(connect, 5000);
});
server.on('error', (fault) => console.error(fault.message));

function connect() {
  server.connect({ host: '127.0.0.1', port: Number(sshPort), username, privateKey: fs.readFileSync(keyFile), keepaliveInterval: 15000 });
}

broker.on('connect', () => {
  if (delay === 'no-delay') broker.stream.setNoDelay(true);
  broker.subscribe(`${base}/exec/set`, { qos: 1 }, () => publish('state', 'online'));
});
broker.on('message', (topic, payload) => {
  queue.push(payload.toString());
  next();
});
connect();
