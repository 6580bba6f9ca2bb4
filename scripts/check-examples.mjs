// Holds examples/ to the rules of CONTRIBUTING.md, and what they give to the action to action.yml:
//   node scripts/check-examples.mjs examples/*.yml
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** @typedef {Record<string, any>} Tree */

/** @type {Tree} */
const action = parse(readFileSync('action.yml', 'utf8'))
const OURS = 'OWNER/aws-organization-sync@COMMIT'

for (const file of process.argv.slice(2)) {
  for (const problem of problemsOf(parse(readFileSync(file, 'utf8')))) {
    process.exitCode = 1
    console.log(`${file}: ${problem}`)
  }
}

/**
 * @param {Tree} workflow
 * @returns {string[]}
 */
function problemsOf(workflow) {
  const problems = []
  if (JSON.stringify(workflow.permissions) !== '{}') problems.push('it has no "permissions: {}" at the top')
  if (workflow.concurrency === undefined) problems.push('it has no concurrency')
  if ('schedule' in workflow.on && workflow.on.workflow_dispatch?.inputs?.['max-removals'] === undefined)
    problems.push('it has a schedule, but no input max-removals of workflow_dispatch')
  const jobs = Object.entries(workflow.jobs)
  for (const [name, job] of jobs) {
    if (job.permissions === undefined) problems.push(`its job ${name} has no permissions`)
    if (job['timeout-minutes'] === undefined) problems.push(`its job ${name} has no timeout-minutes`)
    for (const step of job.steps) problems.push(...problemsOfStep(step).map((text) => `job ${name}, ${text}`))
  }
  const uses = jobs.flatMap(([, { steps }]) => steps.map((/** @type {Tree} */ step) => step.uses))
  if (!uses.includes(OURS)) problems.push(`no step uses ${OURS}`)
  return problems
}

/**
 * @param {Tree} step
 * @returns {string[]}
 */
function problemsOfStep({ uses, with: inputs = {} }) {
  if (uses === undefined) return []
  if (uses !== OURS)
    return /@[0-9a-f]{40}$/.test(uses) ? [] : [`${uses}: it is not pinned by a commit of 40 hex digits`]
  const unknown = Object.keys(inputs).filter((name) => action.inputs[name] === undefined)
  const required = Object.keys(action.inputs).filter((name) => action.inputs[name].required === true)
  const missing = required.filter((name) => inputs[name] === undefined)
  return [
    ...unknown.map((name) => `${uses}: action.yml has no input ${name}`),
    ...missing.map((name) => `${uses}: the input ${name} is missing`),
  ]
}
