// Makes a server that listens everywhere listen on this machine alone.
"use strict";

const net = require('net'), listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...a) {
  if (a[0] && typeof a[0] === 'object' && a[0].port !== undefined) a[0].host = '127.0.0.1';
  else if (/^\d+$/.test(a[0])) a.splice(1, typeof a[1] === 'string' ? 1 : 0, '127.0.0.1');
  return listen.apply(this, a);
};
