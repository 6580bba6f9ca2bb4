// Preloaded (`node --import`, Node 22.15 or newer): GitHub's language service imports JSON files without the attribute
// that Node wants.
import { registerHooks } from 'node:module'

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    if (!found.url.endsWith('.json')) return found
    return { ...found, importAttributes: { ...context.importAttributes, type: 'json' } }
  },
})
