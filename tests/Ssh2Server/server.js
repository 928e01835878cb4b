'use strict';
// An SSH server for one test: all connections are in this process, and sh runs each command.
//   node server.js HOST_KEY USER PASSWORD
// Prints its port; its log is its standard output. Signals have no effect: after the end of a command's input, ssh2 ignores all requests for it.
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const { Server } = require('ssh2');

const [hostKey, user, password] = process.argv.slice(2);
const log = (line) => process.stdout.write(`${line}\n`);
const ignore = () => {};

/** Kills the command with its children. */
function kill(command) {
  try {
    process.kill(-command.pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

function run(line, channel) {
  log(`ran ${line.split('\n')[0]}`);
  const command = spawn('sh', ['-c', line], { detached: true });
  // A command need not read its input.
  command.stdin.on('error', ignore);
  channel.pipe(command.stdin);
  command.stdout.pipe(channel, { end: false });
  command.stderr.pipe(channel.stderr, { end: false });
  command.on('close', (status, signal) => {
    if (signal) {
      channel.exit(signal.replace('SIG', ''));
    } else {
      channel.exit(status);
    }
    channel.end();
  });
  return command;
}

function serve(client) {
  const commands = [];
  client.on('authentication', (login) => {
    if (login.method === 'password' && login.username === user && login.password === password) {
      login.accept();
    } else {
      login.reject(['password']);
    }
  });
  client.on('session', (acceptSession) => {
    acceptSession().on('exec', (accept, reject, { command }) => commands.push(run(command, accept())));
  });
  client.on('error', ignore);
  client.on('close', () => commands.forEach(kill));
}

// Without a listener, ssh2 itself answers global requests, and mentions them only here.
const debug = (text) => text.includes('GLOBAL_REQUEST') && log(text);
const server = new Server({ hostKeys: [fs.readFileSync(hostKey)], debug }, serve);
server.listen(0, '127.0.0.1', () => log(`port ${server.address().port}`));
