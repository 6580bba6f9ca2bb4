import path from 'node:path'

/** The programs import the core, never each other; nothing imports their entries. docs/architecture.md has the picture. */
const programs = ['action', 'connector']
/** A folder of the core imports only from folders to its left. */
const row = ['identity-center', 'snapshot', 'changes', 'review', 'report', 'github']
const knownToAll = [
  'errors.ts',
  'files.ts',
  'heap.ts',
  'log.ts',
  'settings.ts',
  'version.ts',
  'snapshot/access.ts',
  'snapshot/access-file.ts',
  'snapshot/canonical.ts',
  'snapshot/model.ts',
  'snapshot/tags.ts',
]

/**
 * Why a file of src/ must not import another one; undefined where it may.
 *
 * @param {string} from the importing file, relative to src/, with forward slashes
 * @param {string} to the imported file, likewise (`../…` for one outside of src/)
 * @returns {string | undefined}
 */
export function objection(from, to) {
  const [here, there] = [folderOf(from), folderOf(to)]
  if (to.startsWith('../')) return `src/ knows nothing outside of itself, so ${from} must not import ${to}.`
  if (to === `${there}/main.ts`) return `${to} is where a program starts: nothing imports it.`
  if (knownToAll.includes(to) || here === there) return undefined
  if (programs.includes(there)) return `${there}/ is a program of its own: ${from} must not import ${to}.`
  // source.ts reads identity-center/ and snapshot/ for the programs.
  if (programs.includes(here) || (from === 'source.ts' && there !== '')) return undefined
  if (row.slice(0, Math.max(0, row.indexOf(here))).includes(there)) return undefined
  return `${from} must not import ${to}: data goes one way, ${row.join(' → ')} → the programs.`
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
