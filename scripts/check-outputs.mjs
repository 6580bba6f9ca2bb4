// Holds the outputs of a step that ran the action to what they should be, and to the files that they name
// (.github/workflows/self-test.yml):
//   OUTPUTS='${{ toJSON(steps.x.outputs) }}' node scripts/check-outputs.mjs users=60 changed=
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'

/** @type {Record<string, string>} */
const outputs = JSON.parse(process.env['OUTPUTS'] ?? '')
/** @type {string[]} */
const problems = []

for (const wanted of process.argv.slice(2)) {
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(wanted) ?? []
  expect(`output ${name}`, outputs[name] ?? '', value)
}
checkSnapshot()
if (outputs['changes-file']) checkChanges(outputs['changes-file'])

for (const problem of problems) console.log(`::error::${problem}`)
console.log(problems.length === 0 ? 'The outputs are as they should be.' : JSON.stringify(outputs, null, 2))
process.exitCode = problems.length === 0 ? 0 : 1

function checkSnapshot() {
  const manifest = JSON.parse(read('manifest-file').toString())
  const users = JSON.parse(read('users-file').toString())
  const groups = JSON.parse(read('groups-file').toString())
  const memberships = users.flatMap((/** @type {any} */ user) => user.groupExternalIds ?? [])
  const counts = { users: users.length, groups: groups.length, memberships: memberships.length }
  for (const [name, count] of Object.entries(counts)) {
    expect(`output ${name}`, outputs[name], String(count))
    expect(`${name} of the manifest`, manifest.counts[name], count)
  }
  expect('output aws-identity-store-id', outputs['aws-identity-store-id'], manifest.identityStoreId)
  for (const name of ['users', 'groups']) {
    const bytes = read(`${name}-file`)
    const digest = { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }
    expect(`digest of ${name}`, JSON.stringify(manifest.files[`${name}.json`]), JSON.stringify(digest))
  }
  for (const name of ['users', 'groups', 'manifest']) {
    const file = outputs[`${name}-file`] ?? ''
    expect(`output ${name}-file`, file, path.join(outputs['directory'] ?? '', `${name}.json`))
  }
}

/** @param {string} file */
function checkChanges(file) {
  const { counts } = JSON.parse(readFileSync(file, 'utf8'))
  for (const [what, kinds] of Object.entries(counts)) {
    for (const [kind, count] of Object.entries(kinds)) {
      expect(`output ${what}-${kind}`, outputs[`${what}-${kind}`], String(count))
    }
  }
  if (readFileSync(outputs['report-file'] ?? '').length === 0) problems.push('The report is empty.')
}

/** @param {string} output */
function read(output) {
  return readFileSync(outputs[output] ?? '')
}

/**
 * @param {string} what
 * @param {unknown} is
 * @param {unknown} shouldBe
 */
function expect(what, is, shouldBe) {
  if (is !== shouldBe) problems.push(`${what} is ${JSON.stringify(is)}, not ${JSON.stringify(shouldBe)}.`)
}
