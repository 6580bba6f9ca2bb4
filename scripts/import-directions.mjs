import path from 'node:path'

/** A folder of src/ imports only from folders to its left. docs/architecture.md has the picture. */
const row = ['identity-center', 'snapshot', 'changes', 'report', 'github']
/** What stands beside sync.ts, over the whole row: the installer, and the other program, which knows the installer. */
const beside = ['raito', 'connector']
const knownToAll = [
  'errors.ts',
  'files.ts',
  'heap.ts',
  'log.ts',
  'settings.ts',
  'version.ts',
  'snapshot/access.ts',
  'snapshot/access-file.ts',
  'snapshot/model.ts',
  'snapshot/tags.ts',
]
const entries = ['index.ts', 'connector/main.ts']

/**
 * Why a file of src/ must not import another one; undefined where it may.
 *
 * @param {string} from the importing file, relative to src/, with forward slashes
 * @param {string} to the imported file, likewise (`../…` for one outside of src/)
 * @returns {string | undefined}
 */
export function objection(from, to) {
  if (to.startsWith('../')) return `src/ knows nothing outside of itself, so ${from} must not import ${to}.`
  if (entries.includes(to)) return `${to} is where a program starts: nothing imports it.`
  const here = folderOf(from)
  const there = folderOf(to)
  if (knownToAll.includes(to) || (here !== '' && here === there)) return undefined
  if (from === 'settings.ts')
    return `settings.ts is known to all and knows only what is known to all, not ${to}.`
  if (here === '') {
    return there === 'connector'
      ? `connector/ is a program of its own: ${from} must not import ${to}.`
      : undefined
  }
  // The connector is a program of its own over the same core: source.ts serves both.
  if (here === 'connector' && to === 'source.ts') return undefined
  if (there === '') return `${here}/ stands below ${to}: pass what it needs as an argument.`
  const line = beside.includes(here) ? [...row, ...beside] : row
  const allowed = line.slice(0, Math.max(0, line.indexOf(here)))
  if (allowed.includes(there)) return undefined
  return `${here}/ must not import ${there}/: data goes one way, ${line.join(' → ')}.`
}

/** @param {string} file */
function folderOf(file) {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : ''
}

/** The ESLint rule over `objection`. */
export const importDirections = {
  meta: { type: 'problem', schema: [] },
  /** @param {any} context */
  create(context) {
    const src = path.join(context.cwd, 'src')
    const from = slashed(path.relative(src, context.filename))

    /** @param {any} node */
    function check(node) {
      const target = node.source?.value
      if (typeof target !== 'string' || !target.startsWith('.')) return
      const to = slashed(path.relative(src, path.resolve(path.dirname(context.filename), target)))
      const message = objection(from, to)
      if (message !== undefined) context.report({ node, message })
    }
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    }
  },
}

/** @param {string} file */
function slashed(file) {
  return file.replaceAll('\\', '/')
}
