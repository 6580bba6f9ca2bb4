import { appendFileSync } from 'node:fs'
import { env } from 'node:process'

const role = env['INPUT_ROLE-TO-ASSUME'] ?? ''
const region = env['INPUT_AWS-REGION'] ?? ''
const service = env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? ''
if (service === '') throw new Error('There is no OIDC service: the job lacks "id-token: write".')

const token = await ask(`${service}&audience=sts.amazonaws.com`, {
  headers: { authorization: `Bearer ${env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? ''}` },
})
// The stand-in's own service, which answers so.
const { value } = JSON.parse(token) as { value: string }

// CONFORMANCE_AWS: endpoints by account, set by conformance/act.ts
const endpoints = JSON.parse(env['CONFORMANCE_AWS'] ?? '{}') as Record<string, string>
const endpoint = endpoints[role.split(':')[4] ?? '']
if (endpoint === undefined) throw new Error(`There is no emulator for the account of ${role}.`)
const answer = await ask(endpoint, {
  method: 'POST',
  body: new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: role,
    RoleSessionName: 'GitHubActions',
    WebIdentityToken: value,
  }),
})
const element = (name: string): string => new RegExp(`<${name}>([^<]+)<`).exec(answer)?.[1] ?? ''
const exported = {
  AWS_ACCESS_KEY_ID: element('AccessKeyId'),
  AWS_SECRET_ACCESS_KEY: element('SecretAccessKey'),
  AWS_SESSION_TOKEN: element('SessionToken'),
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ENDPOINT_URL: endpoint,
}
const lines = Object.entries(exported).map(([name, text]) => `${name}=${text}\n`)
appendFileSync(env['GITHUB_ENV'] ?? '', lines.join(''))

async function ask(address: string, request: RequestInit): Promise<string> {
  const response = await fetch(address, request)
  if (!response.ok) throw new Error(`${address} answered ${response.status}.`)
  return response.text()
}
