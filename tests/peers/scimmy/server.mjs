// Starts a SCIM 2.0 service provider of npm `scimmy` and `scimmy-routers`, which are not ours, for tests.
//
//     node server.mjs --journal FILE            (the one bearer token that it takes is in SCIM_TOKEN)
//
// Routes, messages, schemas, filters and PATCH are theirs; ours are the two maps below, in which it keeps what it took.
// The first line on standard output is JSON: {"url": "http://127.0.0.1:PORT/scim"}. The port is a free one. Every request
// is appended to FILE as one line of JSON before it is answered: method, path, query, body. The server ends when its
// standard input closes, so it cannot outlive the test that started it.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

import express from 'express';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';

const { values } = parseArgs({ options: { journal: { type: 'string' } } });
const token = process.env.SCIM_TOKEN;

/** The three handlers that SCIMMY asks for, over a map by id. `unique` must differ between resources, whatever its case. */
function kept(unique) {
  const resources = new Map();
  const found = (id) => {
    if (!resources.has(id)) throw new SCIMMY.Types.Error(404, null, `Resource ${id} not found`);
    return resources.get(id);
  };
  return {
    ingress: (resource, instance) => {
      const before = resource.id === undefined ? undefined : found(resource.id);
      const key = (one) => one[unique]?.toLowerCase();
      for (const other of resources.values()) {
        if (other !== before && key(other) === key(instance)) {
          throw new SCIMMY.Types.Error(409, 'uniqueness', `${unique} is in use`);
        }
      }
      const id = before?.id ?? randomUUID();
      const now = new Date().toISOString();
      const meta = { created: before?.meta.created ?? now, lastModified: now };
      const after = { ...JSON.parse(JSON.stringify(instance)), id, meta };
      resources.set(id, after);
      return after;
    },
    egress: (resource) => {
      if (resource.id !== undefined) return found(resource.id);
      const all = [...resources.values()];
      return resource.filter ? resource.filter.match(all) : all;
    },
    degress: (resource) => {
      found(resource.id);
      resources.delete(resource.id);
    },
  };
}

SCIMMY.Resources.declare(SCIMMY.Resources.User, {
  ...kept('userName'),
  extensions: [{ schema: SCIMMY.Schemas.EnterpriseUser, required: false }],
});
SCIMMY.Resources.declare(SCIMMY.Resources.Group, kept('displayName'));

const application = express();
application.use(express.json({ type: ['application/scim+json', 'application/json'], limit: '1mb' }));
application.use((request, _response, next) => {
  const { pathname, search } = new URL(request.originalUrl, 'http://localhost');
  const empty = request.body === undefined || Object.keys(request.body).length === 0;
  const entry = { method: request.method, path: pathname, query: search.slice(1), body: empty ? null : request.body };
  if (values.journal) appendFileSync(values.journal, `${JSON.stringify(entry)}\n`);
  next();
});
const handler = (request) => {
  if (request.headers.authorization !== `Bearer ${token}`) throw new Error('The bearer token is not accepted.');
  return 'usher';
};
application.use('/scim', new SCIMMYRouters({ type: 'bearer', handler }));

const server = createServer(application);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}/scim` })}\n`);
