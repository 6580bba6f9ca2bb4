import { parseArgs } from 'node:util'
import { accessCatalogue } from './access-catalogue.ts'
import { catalogue } from './catalogue.ts'
import { startIdentityCenter } from './identity-center.ts'
import type { IdentityCenterOptions } from './identity-center.ts'
import { createOrganization, leastCalls } from './organization.ts'

const faults = [...catalogue, ...accessCatalogue]
const usage = `npm run emulator -- [--port 4580] [--users 60] [--groups 12] [--memberships 150] [--seed 1]
  [--hostile-names] [--accounts 8] [--permission-sets 5] [--assignments 40] [--region eu-west-1] [--latency 30] [--rate 20 --burst 20] [--order 2] [--fault throttle]…

Starts an IAM Identity Center on loopback and prints what the AWS SDK needs to find it.
Faults: ${faults.map(([name]) => name).join(', ')}`

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4580' },
    users: { type: 'string', default: '60' },
    groups: { type: 'string', default: '12' },
    memberships: { type: 'string', default: '150' },
    seed: { type: 'string', default: '1' },
    'hostile-names': { type: 'boolean', default: false },
    accounts: { type: 'string', default: '8' },
    'permission-sets': { type: 'string', default: '5' },
    assignments: { type: 'string', default: '40' },
    region: { type: 'string', default: 'eu-west-1' },
    latency: { type: 'string', default: '0' },
    rate: { type: 'string' },
    burst: { type: 'string' },
    order: { type: 'string' },
    fault: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  console.log(usage)
  process.exit()
}

const entries = values.fault.map((wanted) => {
  const [, entry] = faults.find(([name]) => name === wanted) ?? []
  if (entry === undefined) {
    console.error(`There is no fault ${wanted}.\n\n${usage}`)
    process.exit(1)
  }
  return entry
})

const organization = createOrganization({
  seed: Number(values.seed),
  users: Number(values.users),
  groups: Number(values.groups),
  memberships: Number(values.memberships),
  hostileNames: values['hostile-names'],
  region: values.region,
  access: {
    accounts: Number(values.accounts),
    permissionSets: Number(values['permission-sets']),
    assignments: Number(values.assignments),
  },
})
for (const { prepare } of entries) prepare?.(organization)

const center = await startIdentityCenter(organization, {
  port: Number(values.port),
  latency: Number(values.latency),
  ...(values.rate === undefined
    ? {}
    : { limit: { rate: Number(values.rate), burst: Number(values.burst ?? values.rate) } }),
  ...(values.order === undefined ? {} : { order: Number(values.order) }),
  ...entries.reduce<IdentityCenterOptions>((all, { options }) => ({ ...all, ...options }), {}),
  faults: entries.flatMap((entry) => entry.faults?.() ?? []),
})

const calls = leastCalls(organization)
console.log(
  `# IAM Identity Center of account ${organization.account}: ${values.users} users, ${values.groups} groups.`,
)
console.log(
  `# Lists take ${calls.listUsers} + ${calls.listGroups} calls, memberships ${calls.byGroup} by group, ${calls.byUser} by user.`,
)
for (const [name, value] of Object.entries(center.environment)) console.log(`export ${name}=${value}`)
console.log('# Ctrl-C ends it.')

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    console.log(`# Calls: ${JSON.stringify(center.calls)}`)
    void center.close()
  })
}
