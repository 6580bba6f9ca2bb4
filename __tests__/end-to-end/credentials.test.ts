import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { containerToken, credentials } from '../../emulator/credentials.ts'
import { startIdentityCenter } from '../../emulator/identity-center.ts'
import type { IdentityCenter } from '../../emulator/identity-center.ts'
import { createOrganization } from '../../emulator/organization.ts'
import { startProxy } from '../../emulator/proxy.ts'
import type { Proxy } from '../../emulator/proxy.ts'
import type { ActionResult } from '../../emulator/runner.ts'
import { profile, roleArn, sharedFiles, webIdentity, withoutKeys } from './aws-credentials.ts'
import { runOn } from './aws-run.ts'
import type { RunOptions } from './aws-run.ts'

const organization = createOrganization({ users: 5, groups: 3, memberships: 6, complete: true })
const profileKey = { accessKeyId: 'AKIDPROFILE', secretAccessKey: 'profile-secret' }

let center: IdentityCenter

beforeAll(async () => {
  center = await startIdentityCenter(organization, { credentials: [profileKey] })
})
beforeEach(() => {
  center.reset()
})
afterAll(async () => {
  await center.close()
})

describe('credentials', () => {
  it('come from the environment, with their session token', async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = credentials.session
    const result = await runOn(center, {
      env: {
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
      },
    })
    expectGood(result)
    expect(signers()).toStrictEqual([accessKeyId])
  })

  it('come from the profile that aws-profile names, although the environment has others', async () => {
    const result = await runOn(center, {
      ...sharedFiles({ credentials: profile('work', profileKey) }),
      inputs: { 'aws-profile': 'work' },
    })
    expectGood(result)
    expect(signers()).toStrictEqual([profileKey.accessKeyId])
  })

  it('come from the profile that AWS_PROFILE names', async () => {
    const result = await runOn(center, {
      ...sharedFiles({ credentials: profile('work', profileKey) }),
      env: { ...withoutKeys, AWS_PROFILE: 'work' },
    })
    expectGood(result)
    expect(signers()).toStrictEqual([profileKey.accessKeyId])
  })

  it('come from the default profile where nothing else is set', async () => {
    const result = await runOn(center, {
      ...sharedFiles({ credentials: profile('default', profileKey) }),
      env: withoutKeys,
    })
    expectGood(result)
    expect(signers()).toStrictEqual([profileKey.accessKeyId])
  })

  it('come from a role that the profile assumes with a source profile, once for all clients', async () => {
    const result = await runOn(center, {
      ...sharedFiles({
        config: `[profile role]\nrole_arn = ${roleArn}\nsource_profile = base\nregion = eu-west-1\n`,
        credentials: profile('base', profileKey),
      }),
      inputs: { 'aws-profile': 'role' },
      env: withoutKeys,
    })
    expectGood(result)
    expect(center.calls).toMatchObject({ AssumeRole: 1, GetCallerIdentity: 1 })
    expect(signers('AssumeRole')).toStrictEqual([profileKey.accessKeyId])
    expect(signers()).toStrictEqual([expect.stringMatching(/^ASIDISSUED/)])
  })

  it('come from a web identity token, once for all clients', async () => {
    const result = await runOn(center, { env: { ...withoutKeys, ...webIdentity() } })
    expectGood(result)
    expect(center.calls).toMatchObject({ AssumeRoleWithWebIdentity: 1, GetCallerIdentity: 1 })
    const [assumed] = center.log.filter(({ operation }) => operation === 'AssumeRoleWithWebIdentity')
    expect(assumed?.input).toMatchObject({ RoleArn: roleArn, WebIdentityToken: 'header.claims.signature' })
    expect(signers()).toStrictEqual([expect.stringMatching(/^ASIDISSUED/)])
  })

  it('come from the container endpoint', async () => {
    const result = await runOn(center, {
      env: {
        ...withoutKeys,
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${center.url}/container`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: containerToken,
      },
    })
    expectGood(result)
    expect(center.calls).toMatchObject({ 'container /container': 1, GetCallerIdentity: 1 })
    expect(signers()).toStrictEqual([expect.stringMatching(/^ASIDISSUED/)])
  })

  it('come from the instance role through IMDSv2', async () => {
    const result = await runOn(center, {
      env: {
        ...withoutKeys,
        AWS_EC2_METADATA_DISABLED: undefined,
        AWS_EC2_METADATA_SERVICE_ENDPOINT: center.url,
      },
    })
    expectGood(result)
    const role = 'imds /latest/meta-data/iam/security-credentials/instance-role'
    expect(center.calls).toMatchObject({ 'imds /latest/api/token': 1, [role]: 1, GetCallerIdentity: 1 })
    expect(signers()).toStrictEqual([expect.stringMatching(/^ASIDISSUED/)])
  })
})

describe('the region', () => {
  const config = '[profile work]\nregion = ap-south-1\n[default]\nregion = eu-north-1\n'
  const cases: { from: string; region: string; input?: string; env: RunOptions['env']; profile?: string }[] =
    [
      {
        from: 'aws-region before everything else',
        region: 'us-east-2',
        input: 'us-east-2',
        env: { AWS_REGION: 'eu-west-3', AWS_DEFAULT_REGION: 'sa-east-1' },
        profile: 'work',
      },
      {
        from: 'AWS_REGION before AWS_DEFAULT_REGION and the profile',
        region: 'eu-west-3',
        env: { AWS_REGION: 'eu-west-3', AWS_DEFAULT_REGION: 'sa-east-1' },
        profile: 'work',
      },
      {
        from: 'AWS_DEFAULT_REGION before the profile',
        region: 'sa-east-1',
        env: { AWS_REGION: '', AWS_DEFAULT_REGION: 'sa-east-1' },
        profile: 'work',
      },
      {
        from: 'the profile',
        region: 'ap-south-1',
        env: { AWS_REGION: undefined },
        profile: 'work',
      },
      { from: 'the default profile', region: 'eu-north-1', env: { AWS_REGION: undefined } },
    ]

  it.each(cases)('comes from $from', async ({ region, input, env, profile: name }) => {
    const everywhere = createOrganization({ users: 2, groups: 1, memberships: 1, region, complete: true })
    const there = await startIdentityCenter(everywhere, { credentials: [profileKey] })
    try {
      const keys = profile('work', profileKey) + profile('default', profileKey)
      const result = await runOn(there, {
        ...sharedFiles({ config, credentials: keys }),
        inputs: { ...(input && { 'aws-region': input }), ...(name && { 'aws-profile': name }) },
        env: { ...withoutKeys, ...env },
      })
      expectGood(result)
      expect([...new Set(there.log.map((call) => call.region))]).toStrictEqual([region])
    } finally {
      await there.close()
    }
  })
})

describe('a proxy', () => {
  it('carries every call, the one for the web identity too', async () => {
    await withProxy(async (proxy) => {
      const host = 'aws.example.com'
      const result = await runOn(center, {
        env: {
          ...withoutKeys,
          ...webIdentity(),
          AWS_ENDPOINT_URL: `http://${host}`,
          HTTP_PROXY: proxy.url,
        },
      })
      expectGood(result)
      expect(center.calls).toMatchObject({ AssumeRoleWithWebIdentity: 1, GetCallerIdentity: 1, ListUsers: 1 })
      expect(new Set(proxy.log)).toStrictEqual(new Set([`POST http://${host}/`]))
      expect(proxy.log).toHaveLength(center.log.length)
    })
  })

  it('carries the calls of a role that a profile assumes', async () => {
    await withProxy(async (proxy) => {
      const result = await runOn(center, {
        ...sharedFiles({
          config: `[profile role]\nrole_arn = ${roleArn}\nsource_profile = base\nregion = eu-west-1\n`,
          credentials: profile('base', profileKey),
        }),
        inputs: { 'aws-profile': 'role' },
        env: { ...withoutKeys, AWS_ENDPOINT_URL: 'http://aws.example.com', http_proxy: proxy.url },
      })
      expectGood(result)
      expect(center.calls).toMatchObject({ AssumeRole: 1, GetCallerIdentity: 1 })
      expect(proxy.log).toHaveLength(center.log.length)
    })
  })

  it('is asked to CONNECT where the address is HTTPS', async () => {
    await withProxy(async (proxy) => {
      const result = await runOn(center, {
        env: { AWS_ENDPOINT_URL: undefined, HTTPS_PROXY: proxy.url, ...shortDeadline },
      })
      expect(result.code).toBe(1)
      expect(result.errors).toStrictEqual([expect.stringMatching(/^The proxy .* GetCallerIdentity/)])
      expect(new Set(proxy.log)).toStrictEqual(new Set(['CONNECT sts.eu-west-1.amazonaws.com:443']))
    })
  })

  it('is asked to CONNECT for the web identity too', async () => {
    await withProxy(async (proxy) => {
      const result = await runOn(center, {
        env: {
          ...withoutKeys,
          ...webIdentity(),
          ...shortDeadline,
          AWS_ENDPOINT_URL: undefined,
          https_proxy: proxy.url,
        },
      })
      expect(result.code).toBe(1)
      expect(result.errors).toStrictEqual([expect.stringMatching(/^The proxy .* GetCallerIdentity/)])
      expect(new Set(proxy.log)).toStrictEqual(new Set(['CONNECT sts.eu-west-1.amazonaws.com:443']))
    })
  })

  it.each(['127.0.0.1', '*'])('is left aside for what NO_PROXY names (%s)', async (NO_PROXY) => {
    await withProxy(async (proxy) => {
      const result = await runOn(center, {
        env: { ...withoutKeys, ...webIdentity(), HTTP_PROXY: proxy.url, NO_PROXY },
      })
      expectGood(result)
      expect(proxy.log).toStrictEqual([])
    })
  })

  it('may be named without http://, as other programs let one', async () => {
    await withProxy(async (proxy) => {
      const result = await runOn(center, {
        env: { AWS_ENDPOINT_URL: 'http://aws.example.com', HTTP_PROXY: proxy.url.replace('http://', '') },
      })
      expectGood(result)
      expect(proxy.log).toHaveLength(center.log.length)
    })
  })

  it.each(['socks5://web-proxy.example.com:1080', 'http://', 'http://user:secret@'])(
    'that is none ends the run with a sentence that does not quote it (%s)',
    async (HTTPS_PROXY) => {
      const result = await runOn(center, { env: { HTTPS_PROXY } })
      expect(result).toMatchObject({ code: 1, stderr: '' })
      expect(result.errors).toStrictEqual([
        expect.stringMatching(/HTTPS_PROXY is not the URL of an HTTP proxy/),
      ])
      expect(result.stdout).not.toContain('secret')
      expect(center.log).toStrictEqual([])
    },
  )

  it('that nobody listens at ends the run with a sentence', async () => {
    const gone = await withProxy((proxy) => Promise.resolve(proxy.url))
    const result = await runOn(center, { env: { HTTP_PROXY: gone, ...shortDeadline } })
    expect(result).toMatchObject({ code: 1, stderr: '' })
    expect(result.errors).toStrictEqual([expect.stringMatching(/cannot be reached.*proxy/)])
  })
})

/** Longer than five attempts with their pauses. */
const shortDeadline = { AWS_ORGANIZATION_SYNC_CALL_DEADLINE: '8' }

function expectGood(result: ActionResult): void {
  expect(result).toMatchObject({ code: 0, errors: [], stderr: '' })
  expect(result.outputs['directory']).not.toBe('')
  expect(center.complaints).toStrictEqual([])
}

/** The keys that signed the calls; without an operation those of all calls but the ones that get credentials. */
function signers(operation?: string): string[] {
  const getsCredentials = (name: string): boolean => /^(AssumeRole|imds|container)/.test(name)
  const calls = center.log.filter((call) =>
    operation === undefined ? !getsCredentials(call.operation) : call.operation === operation,
  )
  return [...new Set(calls.map(({ accessKeyId }) => accessKeyId))]
}

/** A proxy that takes every host for the emulator. */
async function withProxy<T>(work: (proxy: Proxy) => Promise<T>): Promise<T> {
  const proxy = await startProxy(center.url, { refusesTunnels: true })
  try {
    return await work(proxy)
  } finally {
    await proxy.close()
  }
}
