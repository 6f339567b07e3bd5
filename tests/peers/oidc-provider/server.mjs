// An authorization server that is not ours (npm `oidc-provider`), for the tests of Usher's OAuth client.
// Prints one line of JSON with its issuer when it listens, and ends when its standard input closes.
import { createServer } from 'node:http';
import { once } from 'node:events';

import { Provider } from 'oidc-provider';

const server = createServer();
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'usher-native',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      response_types: ['code'],
      // A native client: any port of the loopback address is accepted (RFC 8252 section 7.3), the path is not.
      redirect_uris: ['http://localhost', 'http://localhost/goto/callback'],
    },
    {
      client_id: 'usher-headless',
      client_secret: 'headless secret with spaces & signs: 100 %',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    },
  ],
  scopes: ['openid', 'offline_access', 'api'],
  pkce: { required: () => true },
  // Every use of a refresh token gives a new one and ends the old one.
  rotateRefreshToken: true,
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    revocation: { enabled: true },
  },
});

server.on('request', provider.callback());
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
process.stdout.write(`${JSON.stringify({ issuer })}\n`);
